/**
 * `--level inventory --engine athena` over inventories that the sandbox delivers, on the sandbox's Athena: what goes to and fro. That its statements are
 * right is shown on the engine that Athena is made of (tests/athena).
 */

import { gunzipSync, gzipSync } from "node:zlib";
import { AthenaClient, CreateWorkGroupCommand } from "@aws-sdk/client-athena";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import type { VerifyOptions } from "../../automation/backfill/look";
import type { Clock } from "../../automation/clock";
import type { VerdictFields } from "../../automation/events";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { ATHENA_ROWS } from "../../automation/permissions/rows/athena";
import { BUCKET, LookWorld, PLACE } from "./look-world";

const ODD_KEYS = [
  'both",",key',
  "new\nline",
  "plus+key %41",
  "back\\slash",
  "'; DROP TABLE x; --",
  "é/世界/🎉",
  `${"long/".repeat(204)}ends`,
];
for (const format of ["CSV", "Parquet"] as const) {
  describe(`a look by inventories in ${format} that Athena joins`, function () {
    this.timeout(180_000);
    let world: LookWorld;
    beforeEach(async () => {
      world = await LookWorld.make(format);
    });
    afterEach(() => world?.close());

    it("comes to the verdict that the engine on this machine comes to, and leaves nothing", async () => {
      await world.putReplicated("stays", "goes", ...ODD_KEYS);
      for (const key of ODD_KEYS) await world.putAlone(`lost/${key}`.slice(0, 1000));
      await world.sourceS3.send(
        new DeleteObjectCommand({ Bucket: world.sourceBucket, Key: "stays" }),
      );
      await world.inventories.deliver();
      const { VersionId } = await world.sourceS3.send(
        new HeadObjectCommand({ Bucket: world.sourceBucket, Key: "goes" }),
      );
      await world.sourceS3.send(
        new DeleteObjectCommand({ Bucket: world.sourceBucket, Key: "goes", VersionId }),
      );
      await world.putReplicated("newer");
      const here = await world.verify("duckdb");
      world.stack.events.length = 0;
      const there = await world.verify("athena");
      expect(here.inventory?.engine).to.equal("duckdb");
      expect(there.inventory?.engine).to.equal("athena");
      const told = ({ inventory, ...verdict }: VerdictFields) => ({
        ...verdict,
        inventory: { ...inventory, engine: undefined },
      });
      expect(told(there)).to.deep.equal(told(here));
      expect(there).to.deep.include({ proven: ODD_KEYS.length + 2, failed: ODD_KEYS.length });
      expect(there.inventory).to.deep.include({
        newerCount: 1,
        goneCount: 1,
        gone: [{ key: "goes", versionId: VersionId }],
      });
      const answered = world.stack.told("athena-answered");
      expect(answered.map(({ question }) => question)).to.deep.equal([
        ...["refused", "refused", "candidates", "doubled", "count", "gone", "seen"],
      ]);
      const scanned = answered.reduce((sum, { scannedBytes }) => sum + scannedBytes, 0);
      expect(scanned).to.be.greaterThan(0);
      const [plan] = world.stack.told("athena-plan");
      // Each of seven queries is charged with 10 MB at least.
      expect(plan?.chargedBytes).to.equal(70_000_000).and.to.be.greaterThan(scanned);
      expect(plan?.usd).to.be.closeTo(0.000_35, 1e-9);
      expect(plan?.vaults[0]).to.deep.include({ vault: "primary", isPriceKnown: true });
      expect(plan?.broughtBytes).to.be.greaterThan(0);
      const [question] = world.asked;
      expect(question?.code).to.equal("ask-athena");
      expect(question?.text)
        .to.contain("for at most USD 0.0003, and transfer")
        .and.to.contain("of the source's inventory");
      expect(world.stack.told("warning")).to.deep.equal([]);
      expect(await world.keysLeft()).to.deep.equal([]);
      expect(await world.tablesLeft()).to.deep.equal([]);
    });

    // What is not of the files is the same for both.
    if (format === "Parquet") return;

    it("takes the rights that `lockstep policies --operator` tells, and each of them", async () => {
      await world.putReplicated("one");
      await world.inventories.deliver();
      const { policy, role } = await operator();
      const clients = await clientsOf(role);
      for (const missing of ATHENA_ROWS) {
        // The sandbox's Athena does not ask where the bucket of an inventory is.
        if (missing.sid === "FindInventoriesForAthena") continue;
        await allow(
          role,
          policy.filter(({ Sid }) => Sid !== missing.sid),
        );
        const error: unknown = await world
          .verify("athena", {}, { clients })
          .catch((failure: unknown) => failure);
        expect(error, missing.sid).to.be.an("error");
      }
      // Whoever may not look for what is left of a look cannot take it away, and is told so.
      const left = await world.keysLeft();
      const told = world.stack.told("warning");
      expect(told.map(({ code }) => code)).to.include("AthenaLeftovers");
      for (const key of left) {
        const [folder = ""] = key.slice("looks/".length).split("/");
        expect(
          told.some(({ message }) => message.includes(`s3://${BUCKET}/looks/${folder}/`)),
          key,
        ).to.be.true;
      }
      await allow(role, policy);
      world.stack.events.length = 0;
      expect(await world.verify("athena", {}, { clients })).to.deep.include({
        clean: true,
        proven: 1,
      });
      expect(world.stack.told("warning")).to.deep.equal([]);
      expect(await world.keysLeft()).to.deep.equal(left);
      expect(await world.tablesLeft()).to.deep.equal([]);
    });

    /** A role of the vault's account, and what the config's policy allows for `verify` there. */
    async function operator() {
      const { accountId } = world.vault.outputs;
      const { backfill, rules, source, vaults } = world.stack.config;
      const found = operatorPolicies({
        ...{ side: "both", isFleet: false, sources: [source], vaults, rules, backfill },
        inventory: { format, frequency: "Daily" },
        verdict: { accept: [], athena: { primary: PLACE } },
      }).find((one) => one.command === "verify" && one.accountId === accountId);
      if (found === undefined) throw new Error("no policy");
      const role = "looker";
      const trust = {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "sts:AssumeRole",
      };
      const AssumeRolePolicyDocument = policyText([trust]);
      await iam().send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument }));
      // The hand-made bucket beside the vault has a name of its own.
      const beside = `arn:aws:s3:::${world.inventories.vault.bucketName}`;
      const policy: readonly { readonly Sid?: string }[] = [
        ...found.document.Statement,
        {
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:ListBucket"],
          Resource: [beside, `${beside}/*`],
        } as object,
      ];
      return { policy, role };
    }

    const iam = () => new IAMClient(world.vaultSettings);

    const policyText = (Statement: readonly object[]): string =>
      JSON.stringify({ Version: "2012-10-17", Statement });

    async function allow(RoleName: string, statements: readonly object[]): Promise<void> {
      const PolicyDocument = policyText(statements);
      await iam().send(
        new PutRolePolicyCommand({ RoleName, PolicyName: "rights", PolicyDocument }),
      );
    }

    async function clientsOf(role: string): Promise<VerifyOptions["clients"]> {
      const { accountId } = world.vault.outputs;
      const { Credentials: keys } = await world.vault.sts.send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${accountId}:role/${role}`,
          RoleSessionName: "look",
        }),
      );
      const credentials = {
        accessKeyId: keys?.AccessKeyId ?? "",
        secretAccessKey: keys?.SecretAccessKey ?? "",
        sessionToken: keys?.SessionToken ?? "",
      };
      const settings = { ...world.vaultSettings, credentials };
      return world.clientsWith({
        s3: new S3Client({ ...settings, forcePathStyle: true }),
        athena: new AthenaClient(settings),
      });
    }

    it("makes nothing before somebody has agreed, nor beyond the budget, nor without a place", async () => {
      await world.putReplicated("one");
      await world.inventories.deliver();
      const before = await world.queriesCount();
      const declined = await world.refusalOf({ confirm: () => Promise.resolve(false) });
      expect(declined.code).to.equal("Declined");
      const budget = await world.refusalOf({ budgetUsd: 0.0001 });
      expect(budget.code).to.equal("BudgetExceeded");
      expect(budget.message).to.contain("USD 0.0003").and.to.contain("USD 0.0001");
      const placeless = await world.refusalOf({ places: {} });
      expect(placeless.code).to.equal("ConfigInvalid");
      expect(placeless.problems?.map(({ path }) => path)).to.deep.equal(["verdict.athena.primary"]);
      expect(world.asked).to.deep.equal([]);
      expect(await world.queriesCount()).to.equal(before);
      expect(await world.verify("athena", { budgetUsd: 1 })).to.deep.include({ proven: 1 });
    });

    it("holds nothing against a budget in a Region whose price nobody told", async () => {
      await world.close();
      world = await LookWorld.make(format, "eu-north-1");
      await world.putReplicated("one");
      await world.inventories.deliver();
      const before = await world.queriesCount();
      const unpriced = await world.refusalOf({ budgetUsd: 1 });
      expect(unpriced.code).to.equal("BudgetExceeded");
      expect(unpriced.message).to.contain("eu-north-1 is not known");
      expect(unpriced.hint).to.contain("usdPerTbScanned").and.to.contain("of primary");
      expect(await world.queriesCount()).to.equal(before);
      const places = { primary: { ...PLACE, usdPerTbScanned: 5 } };
      expect(await world.verify("athena", { places, budgetUsd: 1 })).to.deep.include({ proven: 1 });
      expect(await world.verify("athena")).to.deep.include({ proven: 1 });
    });

    it("is refused by the name of a file that is not what S3 delivered, on either side", async () => {
      await world.putReplicated("one", "two");
      await world.inventories.deliver();
      for (const side of ["source", "vault"] as const) {
        const one = world.inventories[side];
        const { manifest } = await world.inventories.manifest(one);
        const [file] = manifest.files;
        if (file === undefined) throw new Error("no file");
        const bytes = await world.inventories.read(one, file.key);
        const altered = Buffer.from(bytes);
        altered[altered.length - 20] = (altered[altered.length - 20] ?? 0) ^ 1;
        for (const spoiled of [altered, bytes.subarray(0, -1), Buffer.concat([bytes, bytes])]) {
          await world.inventories.write(one, file.key, spoiled);
          const error = await world.refusalOf();
          expect(error.code, error.message).to.equal("InventoryUnreadable");
          expect(error.message).to.contain(`${file.key} in ${one.bucketName}`);
        }
        await one.s3.send(new DeleteObjectCommand({ Bucket: one.bucketName, Key: file.key }));
        expect((await world.refusalOf()).message).to.contain(`${file.key} in ${one.bucketName}`);
        await world.inventories.write(one, file.key, bytes);
      }
      expect(await world.verify("athena")).to.deep.include({ clean: true, proven: 2 });
    });

    it("is told of no file but those of the inventory, whatever a manifest calls them", async () => {
      await world.putReplicated("one");
      await world.inventories.deliver();
      const { manifest } = await world.inventories.manifest(world.inventories.vault);
      const [file] = manifest.files;
      if (file === undefined) throw new Error("no file");
      // A text that names files has one a line.
      const key = `${file.key}\ns3://${BUCKET}/planted`;
      await world.inventories.write(
        world.inventories.vault,
        key,
        await world.inventories.read(world.inventories.vault, file.key),
      );
      await world.inventories.forge(world.inventories.vault, ({ files }) => {
        files[0] = { ...file, key };
      });
      const error = await world.refusalOf();
      expect(error.code).to.equal("InventoryUnreadable");
      expect(error.message).to.contain("has a name that Athena is not told of");
    });

    it("is not led astray by a source that forges its own inventory", async () => {
      await world.putReplicated("one");
      await world.putAlone("lost");
      await world.inventories.deliver();
      await world.inventories.forge(world.inventories.source, (manifest) => {
        manifest.files = [];
      });
      const verdict = await world.verify("athena");
      expect(verdict).to.deep.include({ proven: 1, failed: 1 });
      expect(verdict.inventory).to.deep.include({ newerCount: 2 });
    });

    it("tells why Athena gives no answer, and takes away what it had put there", async () => {
      await world.putReplicated("one");
      await world.inventories.deliver();
      const places = { primary: { ...PLACE, database: "nowhere" } };
      const keysPut: unknown[] = [];
      const s3 = new S3Client({ ...world.vaultSettings, forcePathStyle: true });
      s3.middlewareStack.add(
        (next, context) => (args) => {
          if (context["commandName"] === "PutObjectCommand") keysPut.push(args.input);
          return next(args);
        },
        { step: "initialize" },
      );
      const clients = world.clientsWith({ s3 });
      const error = await world.refusalOf({ places }, { clients });
      expect(error.code).to.equal("AthenaQueryFailed");
      expect(error.message).to.contain("nowhere");
      expect(error.hint).to.contain("lockstep:verdict");
      // It is found before anything is moved.
      expect(keysPut).to.deep.equal([]);
    });

    it("takes no answer from where a work group that has its own way writes it", async () => {
      await world.putReplicated("one");
      await world.inventories.deliver();
      await world.makeBucket("elsewhere");
      await world.vault.athena.send(
        new CreateWorkGroupCommand({
          Name: "enforced",
          Configuration: {
            EnforceWorkGroupConfiguration: true,
            ResultConfiguration: { OutputLocation: "s3://elsewhere/answers/" },
          },
        }),
      );
      const places = { primary: { ...PLACE, workgroup: "enforced" } };
      const error = await world.refusalOf({ places });
      expect(error.code).to.equal("AthenaQueryFailed");
      expect(error.message).to.contain("enforced").and.to.contain("s3://elsewhere/answers/");
      expect(error.hint).to.contain("override");
      expect(world.stack.told("athena-answered")).to.deep.equal([]);
    });

    it("takes for no answer what is cut off, whoever cut it", async () => {
      await world.putReplicated("one");
      await world.inventories.deliver();
      const s3 = new S3Client({ ...world.vaultSettings, forcePathStyle: true });
      s3.middlewareStack.add(
        (next, context) => async (args) => {
          const { Bucket, Key } = args.input as { Bucket?: string; Key?: string };
          const isAnswer = Key?.includes("/results/") === true && Key.endsWith(".csv");
          if (context["commandName"] === "HeadObjectCommand" && isAnswer) {
            const Body = '"refused_count","reason"\n"0';
            await world.vault.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
          }
          return next(args);
        },
        { step: "initialize" },
      );
      const error = await world.refusalOf({}, { clients: world.clientsWith({ s3 }) });
      expect(error.code).to.equal("AthenaQueryFailed");
      expect(error.message).to.contain("/results/").and.to.contain("cannot be read");
    });

    it("takes no answer where somebody touched what Athena was asked of", async () => {
      await world.putReplicated("one");
      await world.putAlone("lost");
      await world.inventories.deliver();
      const { s3 } = world.vault;
      const touches: Record<string, (Key: string) => Promise<unknown>> = {
        // A listing that is gone has nothing that could be lost.
        taken: (Key) => s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key })),
        // The same rows, in other bytes.
        changed: async (Key) => {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
          const rows = gunzipSync((await Body?.transformToByteArray()) ?? "");
          return s3.send(
            new PutObjectCommand({ Bucket: BUCKET, Key, Body: gzipSync(rows, { level: 9 }) }),
          );
        },
        added: (Key) =>
          s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${Key}.gz`, Body: gzipSync("") })),
      };
      for (const [name, touch] of Object.entries(touches)) {
        let isTouched = false;
        const touching: Clock = {
          ...world.clock,
          sleep: async (durationMs, signal) => {
            if (world.stack.told("athena-answered").length === 1 && !isTouched) {
              isTouched = true;
              for (const key of await world.keysLeft())
                if (key.includes("/listing/")) await touch(key);
            }
            return world.clock.sleep(durationMs, signal);
          },
        };
        const error = await world.refusalOf({}, { clock: touching });
        expect(error.code, name).to.equal("AthenaQueryFailed");
        if (name === "taken") {
          expect(error.message).to.equal("Athena has seen 0 of 2 versions that are listed.");
          continue;
        }
        expect(error.message, name)
          .to.contain("While Athena was asked")
          .and.to.contain("/listing/0.csv.gz")
          .and.to.contain(`s3://${BUCKET}/looks/`);
      }
    });

    it("stops what it has begun when it is stopped, and leaves nothing", async () => {
      await world.putReplicated("one");
      await world.inventories.deliver();
      const stop = new AbortController();
      const stopping: Clock = {
        ...world.clock,
        sleep: (durationMs, signal) => {
          // By then a question is on its way.
          if (world.stack.told("athena-answered").length === 2 && !stop.signal.aborted)
            stop.abort();
          return world.clock.sleep(durationMs, signal);
        },
      };
      const error = await world.refusalOf({}, { clock: stopping, signal: stop.signal });
      expect(error.code).to.equal("Aborted");
    });
  });
}
