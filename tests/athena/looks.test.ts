/**
 * `--level inventory --engine athena` over inventories that the sandbox delivers, on the sandbox's Athena: what goes to and fro. That its statements are
 * right is shown on the engine that Athena is made of (tests/athena).
 */

import { gzipSync } from "node:zlib";
import {
  AthenaClient,
  CreateWorkGroupCommand,
  ListQueryExecutionsCommand,
  ListTableMetadataCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import type { VaultClients } from "../../automation/aws/stack-clients";
import type { VerifyOptions } from "../../automation/backfill/look";
import { systemClock, type Clock } from "../../automation/clock";
import { isLockstepError } from "../../automation/errors";
import type { Question, VerdictFields } from "../../automation/events";
import { chooseLevel } from "../../automation/levels/choose-level";
import type { AthenaOptions } from "../../automation/look/look";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { ATHENA_ROWS } from "../../automation/permissions/rows/athena";
import { declareInventories, type DeclaredInventories } from "../helpers/declared-inventories";
import { eventually } from "../helpers/eventually";
import { HandMadeStack } from "../helpers/hand-made-stack";
import { withoutReplication } from "../helpers/without-replication";

const ODD_KEYS = [
  'both",",key',
  "new\nline",
  "plus+key %41",
  "back\\slash",
  "'; DROP TABLE x; --",
  "é/世界/🎉",
  `${"long/".repeat(204)}ends`,
];
const ON_THE_WAY_MS = 60_000;
const BUCKET = "athena-work";
const PLACE = { workgroup: "primary", database: "lockstep", location: `s3://${BUCKET}/looks/` };

for (const format of ["CSV", "Parquet"] as const) {
  describe(`a look by inventories in ${format} that Athena joins`, function () {
    this.timeout(180_000);
    let sandbox: Sandbox;
    let stack: HandMadeStack;
    let inventories: DeclaredInventories;
    let asked: Question[];

    beforeEach(async () => {
      sandbox = await startSandbox({
        clock: new ManualClock(Date.now()),
        settings: { replicationDelayMs: ON_THE_WAY_MS, acceptsMachineTime: true },
      });
      stack = await HandMadeStack.make(sandbox, `athena-${format.toLowerCase()}`, []);
      inventories = await declareInventories(stack, format);
      asked = [];
      const { outputs, s3 } = vault();
      const LocationConstraint = outputs.region as BucketLocationConstraint;
      const CreateBucketConfiguration = { LocationConstraint };
      await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
      await define("CREATE DATABASE lockstep");
    });
    afterEach(async () => {
      await stack?.close();
      await sandbox?.close();
    });

    const sourceS3 = () => stack.clients.source.s3;
    const sourceBucket = () => stack.outputs.source.bucketName;
    function vault(): VaultClients {
      const [first] = stack.clients.vaults.values();
      if (first === undefined) throw new Error("no vault");
      return first;
    }

    /** A query goes on with the sandbox's clock. */
    const clock: Clock = {
      ...systemClock,
      sleep: async (durationMs, signal) => {
        sandbox.world.clock.advance(durationMs);
        await sandbox.world.athena.settled();
        await systemClock.sleep(0, signal);
      },
    };

    async function define(QueryString: string): Promise<void> {
      await vault().athena.send(
        new StartQueryExecutionCommand({
          QueryString,
          ResultConfiguration: { OutputLocation: `s3://${BUCKET}/definitions/` },
        }),
      );
      await eventually(async () => {
        sandbox.world.clock.advance(1_000);
        const { Contents } = await vault().s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
        expect(Contents).to.have.length(1);
      });
      for (const Key of await keysLeft("")) {
        await vault().s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
      }
    }

    async function keysLeft(Prefix = ""): Promise<readonly string[]> {
      const { Contents = [] } = await vault().s3.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix }),
      );
      return Contents.map(({ Key = "" }) => Key);
    }

    async function tablesLeft(): Promise<readonly string[]> {
      const { TableMetadataList = [] } = await vault().athena.send(
        new ListTableMetadataCommand({ CatalogName: "AwsDataCatalog", DatabaseName: "lockstep" }),
      );
      return TableMetadataList.map(({ Name = "" }) => Name);
    }

    async function queriesCount(): Promise<number> {
      const { QueryExecutionIds = [] } = await vault().athena.send(
        new ListQueryExecutionsCommand({ MaxResults: 50 }),
      );
      return QueryExecutionIds.length;
    }

    async function putReplicated(...keys: readonly string[]): Promise<void> {
      for (const key of keys) await stack.put(key, `content of ${key}`);
      sandbox.world.clock.advance(2 * ON_THE_WAY_MS);
      for (const Key of keys) {
        await eventually(async () => {
          await vault().s3.send(new HeadObjectCommand({ Bucket: vault().outputs.bucketName, Key }));
          const { ReplicationStatus } = await sourceS3().send(
            new HeadObjectCommand({ Bucket: sourceBucket(), Key }),
          );
          expect(ReplicationStatus).to.equal("COMPLETED");
        });
      }
    }
    const putAlone = (key: string) =>
      withoutReplication(sourceS3(), sourceBucket(), () => stack.put(key, "content"));

    async function verify(
      engine: "athena" | "duckdb",
      athena: Partial<AthenaOptions> = {},
      overrides: Partial<VerifyOptions> = {},
    ): Promise<VerdictFields> {
      const places = { primary: PLACE };
      const confirm = (question: Question) => {
        asked.push(question);
        return Promise.resolve(true);
      };
      return stack.verify({
        outputs: inventories.outputs(),
        level: chooseLevel({ level: "inventory", engine }),
        clock,
        settleLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 0 },
        ...(engine === "athena" ? { athena: { places, confirm, ...athena } } : {}),
        ...overrides,
      });
    }
    async function refusalOf(
      athena: Partial<AthenaOptions> = {},
      overrides: Partial<VerifyOptions> = {},
    ) {
      stack.events.length = 0;
      try {
        await verify("athena", athena, overrides);
      } catch (error) {
        if (!isLockstepError(error)) throw error;
        expect(stack.told("verdict")).to.have.length(0);
        expect(await keysLeft()).to.deep.equal([]);
        expect(await tablesLeft()).to.deep.equal([]);
        return error;
      }
      throw new Error("it was not refused");
    }

    it("comes to the verdict that the engine on this machine comes to, and leaves nothing", async () => {
      await putReplicated("stays", "goes", ...ODD_KEYS);
      for (const key of ODD_KEYS) await putAlone(`lost/${key}`.slice(0, 1000));
      await sourceS3().send(new DeleteObjectCommand({ Bucket: sourceBucket(), Key: "stays" }));
      await inventories.deliver();
      const { VersionId } = await sourceS3().send(
        new HeadObjectCommand({ Bucket: sourceBucket(), Key: "goes" }),
      );
      await sourceS3().send(
        new DeleteObjectCommand({ Bucket: sourceBucket(), Key: "goes", VersionId }),
      );
      await putReplicated("newer");
      const here = await verify("duckdb");
      stack.events.length = 0;
      const there = await verify("athena");
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
      const answered = stack.told("athena-answered");
      expect(answered.map(({ question }) => question)).to.deep.equal([
        ...["refused", "refused", "candidates", "doubled", "count", "gone"],
      ]);
      const scanned = answered.reduce((sum, { scannedBytes }) => sum + scannedBytes, 0);
      expect(scanned).to.be.greaterThan(0);
      const [plan] = stack.told("athena-plan");
      // Each of six queries is charged with 10 MB at least.
      expect(plan?.chargedBytes).to.equal(60_000_000).and.to.be.greaterThan(scanned);
      expect(plan?.usd).to.be.closeTo(0.0003, 1e-9);
      expect(plan?.vaults[0]).to.deep.include({ vault: "primary", isPriceKnown: false });
      expect(asked).to.deep.equal([
        { code: "ask-athena", text: "Ask Athena for at most USD 0.0003?" },
      ]);
      expect(stack.told("warning")).to.deep.equal([]);
      expect(await keysLeft()).to.deep.equal([]);
      expect(await tablesLeft()).to.deep.equal([]);
    });

    // What is not of the files is the same for both.
    if (format === "Parquet") return;

    it("takes the rights that `lockstep policies --operator` tells, and each of them", async () => {
      await putReplicated("one");
      await inventories.deliver();
      const { policy, role } = await operator();
      const clients = await clientsOf(role);
      for (const missing of ATHENA_ROWS) {
        await allow(
          role,
          policy.filter(({ Sid }) => Sid !== missing.sid),
        );
        const error: unknown = await verify("athena", {}, { clients }).catch(
          (failure: unknown) => failure,
        );
        expect(error, missing.sid).to.be.an("error");
      }
      // Whoever may not look for what is left of a look cannot take it away, and is told so.
      const left = await keysLeft();
      const told = stack.told("warning");
      expect(told.map(({ code }) => code)).to.include("AthenaLeftovers");
      for (const key of left) {
        const [folder = ""] = key.slice("looks/".length).split("/");
        expect(
          told.some(({ message }) => message.includes(`s3://${BUCKET}/looks/${folder}/`)),
          key,
        ).to.be.true;
      }
      await allow(role, policy);
      stack.events.length = 0;
      expect(await verify("athena", {}, { clients })).to.deep.include({ clean: true, proven: 1 });
      expect(stack.told("warning")).to.deep.equal([]);
      expect(await keysLeft()).to.deep.equal(left);
      expect(await tablesLeft()).to.deep.equal([]);
    });

    /** A role of the vault's account, and what the config's policy allows for `verify` there. */
    async function operator() {
      const { accountId } = vault().outputs;
      const { backfill, rules, source, vaults } = stack.config;
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
      const beside = `arn:aws:s3:::${inventories.vault.bucketName}`;
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

    const settingsOf = () => ({
      region: vault().outputs.region,
      endpoint: sandbox.endpoint,
      credentials: vault().s3.config.credentials,
    });
    const iam = () => new IAMClient(settingsOf());

    const policyText = (Statement: readonly object[]): string =>
      JSON.stringify({ Version: "2012-10-17", Statement });

    async function allow(RoleName: string, statements: readonly object[]): Promise<void> {
      const PolicyDocument = policyText(statements);
      await iam().send(
        new PutRolePolicyCommand({ RoleName, PolicyName: "rights", PolicyDocument }),
      );
    }

    async function clientsOf(role: string): Promise<VerifyOptions["clients"]> {
      const { accountId } = vault().outputs;
      const { Credentials: keys } = await vault().sts.send(
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
      const settings = { ...settingsOf(), credentials };
      return clientsWith({
        s3: new S3Client({ ...settings, forcePathStyle: true }),
        athena: new AthenaClient(settings),
      });
    }

    function clientsWith(own: Partial<VaultClients>): VerifyOptions["clients"] {
      const { athena, outputs, s3, s3control, sts } = vault();
      return {
        ...stack.clients,
        vaults: new Map([["primary", { athena, outputs, s3, s3control, sts, ...own }]]),
      };
    }

    it("makes nothing before somebody has agreed, nor beyond the budget, nor without a place", async () => {
      await putReplicated("one");
      await inventories.deliver();
      const before = await queriesCount();
      const declined = await refusalOf({ confirm: () => Promise.resolve(false) });
      expect(declined.code).to.equal("Declined");
      const budget = await refusalOf({ budgetUsd: 0.0001 });
      expect(budget.code).to.equal("BudgetExceeded");
      expect(budget.message).to.contain("USD 0.0003").and.to.contain("USD 0.0001");
      const unpriced = await refusalOf({ budgetUsd: 1 });
      expect(unpriced.code).to.equal("BudgetExceeded");
      expect(unpriced.message).to.contain(`${vault().outputs.region} is not known`);
      expect(unpriced.hint).to.contain("usdPerTbScanned").and.to.contain("of primary");
      const placeless = await refusalOf({ places: {} });
      expect(placeless.code).to.equal("ConfigInvalid");
      expect(placeless.problems?.map(({ path }) => path)).to.deep.equal(["verdict.athena.primary"]);
      expect(asked).to.deep.equal([]);
      expect(await queriesCount()).to.equal(before);
      const places = { primary: { ...PLACE, usdPerTbScanned: 5 } };
      expect(await verify("athena", { places, budgetUsd: 1 })).to.deep.include({ proven: 1 });
    });

    it("is refused by the name of a file that is not what S3 delivered, on either side", async () => {
      await putReplicated("one", "two");
      await inventories.deliver();
      for (const side of ["source", "vault"] as const) {
        const one = inventories[side];
        const { manifest } = await inventories.manifest(one);
        const [file] = manifest.files;
        if (file === undefined) throw new Error("no file");
        const bytes = await inventories.read(one, file.key);
        const altered = Buffer.from(bytes);
        altered[altered.length - 20] = (altered[altered.length - 20] ?? 0) ^ 1;
        for (const spoiled of [altered, bytes.subarray(0, -1), Buffer.concat([bytes, bytes])]) {
          await inventories.write(one, file.key, spoiled);
          const error = await refusalOf();
          expect(error.code, error.message).to.equal("InventoryUnreadable");
          expect(error.message).to.contain(`${file.key} in ${one.bucketName}`);
        }
        await one.s3.send(new DeleteObjectCommand({ Bucket: one.bucketName, Key: file.key }));
        expect((await refusalOf()).message).to.contain(`${file.key} in ${one.bucketName}`);
        await inventories.write(one, file.key, bytes);
      }
      expect(await verify("athena")).to.deep.include({ clean: true, proven: 2 });
    });

    it("is told of no file but those of the inventory, whatever a manifest calls them", async () => {
      await putReplicated("one");
      await inventories.deliver();
      const { manifest } = await inventories.manifest(inventories.vault);
      const [file] = manifest.files;
      if (file === undefined) throw new Error("no file");
      // A text that names files has one a line.
      const key = `${file.key}\ns3://${BUCKET}/planted`;
      await inventories.write(
        inventories.vault,
        key,
        await inventories.read(inventories.vault, file.key),
      );
      await inventories.forge(inventories.vault, ({ files }) => {
        files[0] = { ...file, key };
      });
      const error = await refusalOf();
      expect(error.code).to.equal("InventoryUnreadable");
      expect(error.message).to.contain("has a name that Athena is not told of");
    });

    it("is not led astray by a source that forges its own inventory", async () => {
      await putReplicated("one");
      await putAlone("lost");
      await inventories.deliver();
      await inventories.forge(inventories.source, (manifest) => {
        manifest.files = [];
      });
      const verdict = await verify("athena");
      expect(verdict).to.deep.include({ proven: 1, failed: 1 });
      expect(verdict.inventory).to.deep.include({ newerCount: 2 });
    });

    it("tells why Athena gives no answer, and takes away what it had put there", async () => {
      await putReplicated("one");
      await inventories.deliver();
      const places = { primary: { ...PLACE, database: "nowhere" } };
      const error = await refusalOf({ places });
      expect(error.code).to.equal("AthenaQueryFailed");
      expect(error.message).to.contain("nowhere");
      expect(error.hint).to.contain("lockstep:verdict");
    });

    it("takes no answer from where a work group that has its own way writes it", async () => {
      await putReplicated("one");
      await inventories.deliver();
      const { outputs, s3 } = vault();
      const LocationConstraint = outputs.region as BucketLocationConstraint;
      const CreateBucketConfiguration = { LocationConstraint };
      await s3.send(new CreateBucketCommand({ Bucket: "elsewhere", CreateBucketConfiguration }));
      await vault().athena.send(
        new CreateWorkGroupCommand({
          Name: "enforced",
          Configuration: {
            EnforceWorkGroupConfiguration: true,
            ResultConfiguration: { OutputLocation: "s3://elsewhere/answers/" },
          },
        }),
      );
      const places = { primary: { ...PLACE, workgroup: "enforced" } };
      const error = await refusalOf({ places });
      expect(error.code).to.equal("AthenaQueryFailed");
      expect(error.message).to.contain("enforced").and.to.contain("s3://elsewhere/answers/");
      expect(error.hint).to.contain("override");
      expect(stack.told("athena-answered")).to.deep.equal([]);
    });

    it("takes for no answer what is cut off, whoever cut it", async () => {
      await putReplicated("one");
      await inventories.deliver();
      const s3 = new S3Client({ ...settingsOf(), forcePathStyle: true });
      s3.middlewareStack.add(
        (next, context) => async (args) => {
          const { Bucket, Key } = args.input as { Bucket?: string; Key?: string };
          const isAnswer = Key?.includes("/results/") === true && Key.endsWith(".csv");
          if (context["commandName"] === "HeadObjectCommand" && isAnswer) {
            const Body = '"refused_count","reason"\n"0';
            await vault().s3.send(new PutObjectCommand({ Bucket, Key, Body }));
          }
          return next(args);
        },
        { step: "initialize" },
      );
      const error = await refusalOf({}, { clients: clientsWith({ s3 }) });
      expect(error.code).to.equal("AthenaQueryFailed");
      expect(error.message).to.contain("/results/").and.to.contain("cannot be read");
    });

    it("takes no answer where somebody touched what Athena was asked of", async () => {
      await putReplicated("one");
      await putAlone("lost");
      await inventories.deliver();
      const { s3 } = vault();
      const touches: Record<string, (Key: string) => Promise<unknown>> = {
        // A listing that is gone has nothing that could be lost.
        taken: (Key) => s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key })),
        changed: (Key) =>
          s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: gzipSync("") })),
        added: (Key) =>
          s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${Key}.gz`, Body: gzipSync("") })),
      };
      for (const [name, touch] of Object.entries(touches)) {
        let isTouched = false;
        const touching: Clock = {
          ...clock,
          sleep: async (durationMs, signal) => {
            if (stack.told("athena-answered").length === 1 && !isTouched) {
              isTouched = true;
              for (const key of await keysLeft()) if (key.includes("/listing/")) await touch(key);
            }
            return clock.sleep(durationMs, signal);
          },
        };
        const error = await refusalOf({}, { clock: touching });
        expect(error.code, name).to.equal("AthenaQueryFailed");
        expect(error.message, name)
          .to.contain("While Athena was asked")
          .and.to.contain("/listing/0.csv.gz")
          .and.to.contain(`s3://${BUCKET}/looks/`);
      }
    });

    it("stops what it has begun when it is stopped, and leaves nothing", async () => {
      await putReplicated("one");
      await inventories.deliver();
      const stop = new AbortController();
      const stopping: Clock = {
        ...clock,
        sleep: (durationMs, signal) => {
          // By then a question is on its way.
          if (stack.told("athena-answered").length === 2 && !stop.signal.aborted) stop.abort();
          return clock.sleep(durationMs, signal);
        },
      };
      const error = await refusalOf({}, { clock: stopping, signal: stop.signal });
      expect(error.code).to.equal("Aborted");
    });
  });
}
