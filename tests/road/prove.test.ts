/** Evidence of a stack, from its first version to an auditor who has two files and nothing else; by the command line. */

import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPublicKey } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { accountClients } from "../../automation/aws/aws-clients";
import { isLockstepError } from "../../automation/errors";
import { openEnvironment } from "../../automation/environment/environment";
import { filesOf } from "../../automation/evidence/container";
import { vaultOperationsBucketName } from "../../components/derived-names";
import { ACCOUNTS } from "../helpers/engine-project";
import { events, runCli } from "../helpers/cli";
import { CHECKER } from "../helpers/evidence-bundles";
import { VaultTrail } from "../helpers/vault-trail";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "proven-records" } as const;
const VAULT = { account: "vault", bucket: "proven-records-vault" } as const;
const BESIDE = { account: "vault", bucket: vaultOperationsBucketName(VAULT.bucket) } as const;
const KEYS = ["b", "a", "a/ä", "z 1"];

const SECTIONS = {
  source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
  vaults: [
    {
      name: "primary",
      ...ACCOUNTS.vault,
      bucket: { name: VAULT.bucket },
      lock: { stage: "governance", retention: "30 days" },
    },
  ],
  rules: [{ name: "all", vault: "primary" }],
};

describe("evidence of a stack", function () {
  this.timeout(600_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.writeStack("test", { ...SECTIONS, evidence: { keep: false } });
    await road.runOk("up", "test", "--yes");
    await road.withoutReplication(SOURCE, async () => {
      for (const key of KEYS) await road.put(SOURCE, key);
    });
    await road.runOk("backfill", "test", "--yes");
    const made = await runCli(["evidence", "key", "--out", "keys"], { cwd: road.project.folder });
    expect(made.exitCode, made.stderr).to.equal(0);
  });
  after(() => road.close());

  const inProject = (name: string): string => join(road.project.folder, name);
  const prove = (out: string, ...flags: string[]): Promise<RoadRun> =>
    road.run("prove", "test", "--out", out, "--key", "keys/private.pem", ...flags);

  const written = (run: RoadRun) => run.events.find(({ type }) => type === "evidence-written");

  const warnings = (run: RoadRun, code: string) =>
    run.events.filter((one) => one.code === code).map(({ message }) => message);

  /** As an auditor does: no engine, no account, no config. */
  async function check(bundle: string, previous?: string, publicKey = "keys/public.pem") {
    const environment = { LOCKSTEP_PULUMI: "/no/engine", PATH: "", AWS_CONFIG_FILE: "/no/config" };
    const earlier = previous === undefined ? [] : [inProject(previous)];
    const told = await runCli(
      [
        ...["evidence", "check", inProject(bundle), "--json"],
        ...["--public-key", inProject(publicKey)],
        ...earlier.flatMap((path) => ["--previous", path]),
      ],
      { cwd: "/", environment },
    );
    const script = spawnSync(
      process.execPath,
      [CHECKER, inProject(bundle), inProject(publicKey), ...earlier],
      { cwd: "/", env: {}, encoding: "utf8" },
    );
    expect(script.status, script.stderr).to.equal(told.exitCode);
    return { exitCode: told.exitCode, fields: events(told).at(-1) ?? {} };
  }

  /** What lies beside the vault, in the order of its keys. */
  async function kept() {
    const s3 = road.project.s3("vault");
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: BESIDE.bucket, Prefix: "evidence/test/" }),
    );
    return Promise.all(
      Contents.map(async ({ Key: key = "" }) => {
        const found = await s3.send(new GetObjectCommand({ Bucket: BESIDE.bucket, Key: key }));
        return {
          key,
          versionId: found.VersionId,
          bytes: Buffer.from((await found.Body?.transformToByteArray()) ?? []),
          lockMode: found.ObjectLockMode,
          lockedUntil: found.ObjectLockRetainUntilDate?.toISOString(),
        };
      }),
    );
  }

  /** One that logs what is done to the vault's objects, too. */
  async function startTrail(): Promise<void> {
    const { AWS_CONFIG_FILE: configFile = "", ...variables } = road.project.environment;
    const clients = await accountClients(ACCOUNTS.vault, { configFile, variables });
    try {
      const bucketArn = `arn:aws:s3:::${VAULT.bucket}`;
      await VaultTrail.start(clients, { ...ACCOUNTS.vault, bucketArn });
    } finally {
      clients.destroy();
    }
  }

  async function contents(bundle: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for await (const { content, name } of filesOf(inProject(bundle))) {
      let text = "";
      for await (const piece of content) text += piece.toString("utf8");
      found.set(name, text);
    }
    return found;
  }

  it("is one file with a line for each version at each vault, and all that it was found by", async () => {
    const run = await prove("june.tar");
    expect(run.exitCode, run.stdout + run.stderr).to.equal(0);
    expect(verdictsOf(run)).to.have.length(1);
    // With nobody to ask, nothing is tried, and that is told.
    expect(warnings(run, "RefusalsNotTried").join())
      .to.contain("--yes")
      .and.contain("--no-refusals");
    expect(run.events.filter(({ type }) => type === "refusal")).to.deep.equal([]);
    expect(written(run)).to.deep.include({
      path: inProject("june.tar"),
      clean: true,
      sequence: 1,
      lineCount: KEYS.length,
      kept: [],
    });
    expect(await kept()).to.deep.equal([]);
    const files = await contents("june.tar");
    const lines = (files.get("lines.ndjson") ?? "")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { key: string; replica: Record<string, unknown> });
    expect(lines.map(({ key }) => key)).to.deep.equal(["a", "a/ä", "b", "z 1"]);
    for (const { replica } of lines) {
      expect(replica).to.include({ lockMode: "GOVERNANCE", replicationStatus: "REPLICA" });
      expect(replica).to.include.all.keys("etag", "lockedUntil", "sizeBytes", "checksums");
      expect(replica["requestId"]).to.match(/^\w+$/);
      expect(replica["answeredAt"]).to.match(/Z$/);
    }
    const { jobs } = JSON.parse(files.get("jobs.json") ?? "") as {
      jobs: { kind: string; description: object; files: { name: string }[]; problems: string[] }[];
    };
    expect(jobs.map(({ kind }) => kind)).to.deep.equal(["trial", "backfill"]);
    expect(jobs.flatMap(({ problems }) => problems)).to.deep.equal([]);
    expect(jobs[1]?.description).to.include({ Status: "Complete" });
    expect(jobs[1]?.files.map(({ name }) => name)).to.deep.equal([
      // S3 made it: an index, and the rows that it names.
      "jobs/0002/manifest",
      "jobs/0002/manifest-1",
      "jobs/0002/report/manifest.json",
      "jobs/0002/report/manifest.json.md5",
      "jobs/0002/report/results-1.csv",
    ]);
    expect(files.get("jobs/0002/report/results-1.csv")).to.contain(`${SOURCE.bucket},b,`);
    const guard = JSON.parse(files.get("facts/guard.json") ?? "") as {
      vaults: { primary: { readAs: string; found: { versioning: object } } };
    };
    expect(guard.vaults.primary.readAs).to.match(/^arn:aws:/);
    expect(guard.vaults.primary.found.versioning).to.deep.equal({ value: "Enabled" });
    const answers = (files.get("facts/requests.ndjson") ?? "").trimEnd().split("\n");
    const operations = answers.map((line) => (JSON.parse(line) as { operation: string }).operation);
    expect(operations).to.include.members(["GetBucketPolicy", "ListObjectVersions", "DescribeJob"]);
    expect([...files.keys()]).to.include.members(["facts/config.json", "promises/0001.json"]);
  });

  it("is sound to whoever has the public key alone, and says what it does not prove", async () => {
    const { exitCode, fields } = await check("june.tar");
    expect(exitCode).to.equal(0);
    expect(fields).to.deep.include({ sound: true, stack: "test" });
    expect(fields).to.have.nested.property("verdict.clean", true);
    const holes = (fields["notProven"] as string[]).join("\n");
    for (const hole of ["signer is right", "nobody tried", "annotations", "first of its chain"]) {
      expect(holes).to.contain(hole);
    }
    expect((fields["tools"] as object) ?? {}).to.include.keys("lockstep", "pulumi", "@pulumi/aws");
  });

  it("is refused once a single byte of it is another", async () => {
    const bytes = readFileSync(inProject("june.tar"));
    const at = bytes.indexOf('"sizeBytes":1', bytes.indexOf("lines.ndjson\0"));
    bytes[at + '"sizeBytes":'.length] = "2".charCodeAt(0);
    writeFileSync(inProject("tampered.tar"), bytes);
    const { exitCode, fields } = await check("tampered.tar");
    expect(exitCode).to.equal(1);
    expect(fields).to.have.nested.property("problem.code", "files");
  });

  it("is written of what is not clean too, says so, follows the one before, and has what was tried", async () => {
    await road.writeStack("test", { ...SECTIONS, evidence: { lock: true } });
    await road.withoutReplication(SOURCE, () => road.put(SOURCE, "not there"));
    await startTrail();
    const unasked = await prove("july.tar", "--refusals");
    expect(unasked.exitCode).to.equal(2);
    expect(unasked.events.at(-1)).to.include({ type: "error", code: "ConfirmationNeeded" });
    // Where the bucket beside the vault cannot be asked, somebody has to name the one before.
    const { faults } = road.project.sandbox;
    const fault = { operation: "ListObjectVersions", bucket: BESIDE.bucket } as const;
    faults.add({ ...fault, effect: "internal-error" });
    const unaskable = await prove("july.tar");
    expect(unaskable.exitCode).to.equal(2);
    const error = unaskable.events.at(-1);
    expect(error).to.include({ type: "error", code: "EvidenceUnreadable" });
    expect(error?.["message"]).to.contain(BESIDE.bucket);
    expect(error?.["hint"]).to.contain("--previous").and.contain("--new-chain");
    const run = await prove("july.tar", "--previous", "june.tar", "--yes");
    faults.clear();
    expect(run.exitCode).to.equal(1);
    expect(written(run)).to.include({ clean: false, sequence: 2 });
    expect(run.events.at(-1)).to.include({ type: "verdict", clean: false });
    const { exitCode, fields } = await check("july.tar", "june.tar");
    expect(exitCode).to.equal(0);
    expect(fields).to.deep.include({ sound: true, sequence: 2, isFollowing: true });
    // The canary is a version too.
    expect(fields).to.have.nested.property("tree.sizeCount", 2 * KEYS.length + 2);
    expect(fields).to.have.nested.property("verdict.clean", false);
    // Without a break-glass role the account may change the vault's policy, and there is no key to delete.
    const refused = { lock: 2, guard: 2, organization: 0, nothing: 0 };
    const counts = { accepted: 1, refused, "not-tried": 1 };
    expect(fields).to.have.deep.nested.property("verdict.attempts", counts);
    const holes = (fields["notProven"] as string[]).join("\n");
    expect(holes).to.contain("not tried: to schedule the deletion of the vault's key");
    expect(holes).to.not.contain("nobody tried");
    expect((await check("june.tar", "july.tar")).exitCode).to.equal(1);
    const [copy] = await kept();
    expect(copy?.bytes.equals(readFileSync(inProject("july.tar")))).to.equal(true);
    expect(copy).to.include({ lockMode: "GOVERNANCE" });
    expect(written(run)).to.have.deep.nested.property("kept[0]", {
      vault: "primary",
      bucket: BESIDE.bucket,
      key: copy?.key,
      versionId: copy?.versionId,
      lockMode: "GOVERNANCE",
      lockedUntil: copy?.lockedUntil,
    });
  });

  it("follows the last one that is kept beside the vault, where none is named, and has what CloudTrail signed of its attempts", async () => {
    await road.writeStack("test", SECTIONS);
    road.project.sandbox.world.clock.advance(70 * 60_000);
    const run = await prove("august.tar", "--trail", "--yes", "--no-refusals");
    expect(warnings(run, "RefusalsNotTried")).to.deep.equal([]);
    expect(run.events.filter(({ type }) => type === "refusal")).to.deep.equal([]);
    expect(written(run)).to.include({ sequence: 3 });
    const { fields } = await check("august.tar", "july.tar");
    expect(fields).to.include({ isFollowing: true });
    // What AWS answered in July is in the digest of that hour.
    const { events: sought } = fields["trail"] as { events: Record<string, object>[] };
    expect(sought.map((one) => one["outcome"])).to.deep.equal(Array(5).fill("signed"));
    const names = sought.map(({ event }) => (event as { eventName: string }).eventName);
    expect(names).to.include.members(["DeleteObject", "PutObjectRetention", "PutBucketPolicy"]);
    expect((fields["notProven"] as string[]).join()).to.not.contain("of a trail");
    expect((fields["meaning"] as string[]).join("\n")).to.contain("5 of 5 requests");
    const copies = await kept();
    expect(copies.map(({ key }) => key.replace(/-[0-9a-f]{16}\.tar$/, "").slice(-6))).to.deep.equal(
      ["000002", "000003"],
    );
    expect(copies[1]?.lockMode).to.equal(undefined);
  });

  it("takes neither a key nor a bundle out of a pipe, and says so before it looks", async function () {
    if (process.platform === "win32") return this.skip();
    execFileSync("mkfifo", [inProject("pipe")]);
    const key = ["--key", "keys/private.pem"];
    for (const flags of [
      ["--key", "pipe"],
      [...key, "--previous", "pipe"],
      ["--key", "keys"],
    ]) {
      const run = await road.run("prove", "test", "--out", "piped.tar", "--no-refusals", ...flags);
      expect(run.exitCode, flags.join(" ")).to.equal(2);
      const error = run.events.at(-1);
      expect(error).to.include({ type: "error", code: "EvidenceUnreadable" });
      expect(error?.message).to.match(/is no file but a (folder|pipe or a device)/);
      expect(verdictsOf(run)).to.have.length(0);
    }
    expect(existsSync(inProject("piped.tar"))).to.equal(false);
  });

  it("leaves no file where it is stopped, and none beside it", async () => {
    const listed = readdirSync(road.project.folder).sort();
    const environment = await openEnvironment({
      cwd: road.project.folder,
      stack: "test",
      environment: { ...road.project.environment },
    });
    const stop = new AbortController();
    const stopped = await environment
      .prove({
        ...{ out: "stopped.tar", key: "keys/private.pem", signal: stop.signal },
        emit: ({ type }) => type === "verdict" && stop.abort(),
      })
      .catch((error: unknown) => error);
    expect(isLockstepError(stopped) && stopped.code).to.equal("Aborted");
    expect(readdirSync(road.project.folder).sort()).to.deep.equal(listed);
  });

  it("is signed by a key of the vault's account that never leaves KMS, in a chain of its own", async () => {
    const kms = new KMSClient(road.project.clientOptions("vault"));
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    );
    const arn = KeyMetadata?.Arn ?? "";
    const { PublicKey = [] } = await kms.send(new GetPublicKeyCommand({ KeyId: arn }));
    kms.destroy();
    const der = Buffer.from(PublicKey);
    const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
    const pem = publicKey.export({ format: "pem", type: "spki" });
    writeFileSync(inProject("kms.pem"), pem);
    const key = ["--key", `kms:${arn}`];
    const proveByKms = (out: string, ...flags: string[]) =>
      road.run("prove", "test", "--out", out, ...key, ...flags);
    const following = await proveByKms("kms.tar");
    expect(following.exitCode).to.equal(2);
    expect(following.events.at(-1)).to.include({ type: "error", code: "EvidenceUnreadable" });
    const passed = following.events.filter(({ code }) => code === "EvidencePassedOver");
    expect(passed).to.have.length(2);
    expect(passed[0]?.["message"]).to.contain("signed by another key");
    const { faults } = road.project.sandbox;
    faults.add({
      ...{ operation: "ListObjectVersions", bucket: BESIDE.bucket },
      effect: "internal-error",
    });
    const begun = await proveByKms("kms.tar", "--new-chain");
    faults.clear();
    expect(written(begun), begun.stdout).to.include({
      sequence: 1,
      keyId: createHash("sha256").update(der).digest("hex"),
    });
    const next = await proveByKms("kms-next.tar");
    expect(written(next), next.stdout).to.include({ sequence: 2 });
    const { exitCode, fields } = await check("kms-next.tar", "kms.tar", "kms.pem");
    expect(exitCode).to.equal(0);
    expect(fields).to.include({ sound: true, isFollowing: true });
    expect(fields).to.have.nested.property("tools.signer", `KMS ${arn}`);
    expect((await check("kms-next.tar")).exitCode).to.equal(1);
  });
});
