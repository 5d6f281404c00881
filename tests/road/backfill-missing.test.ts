/**
 * One `backfill` fills what is missing, whatever the source's statuses say: from stack files, by the command line, on the real
 * engine.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  type BucketLocationConstraint,
  type ReplicationConfiguration,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { ListJobsCommand, S3ControlClient } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { descriptionStart } from "../../automation/backfill/intent";
import { TRIAL as TRIAL_KIND } from "../../automation/backfill/job-kind";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { Road, verdictsOf, type AccountName, type RoadRun } from "../helpers/road";

const CASES = join(__dirname, "..", "cases");
const SOURCE = { account: "source", bucket: "acme-records" } as const;

const vault = (name: string, account: AccountName, extra: object = {}) => ({
  name,
  ...ACCOUNTS[account],
  bucket: { name: `acme-${name}` },
  lock: { stage: "governance", retention: "30 days" },
  ...extra,
});
const source = { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket, existing: true } };

const TRIAL = descriptionStart(TRIAL_KIND);

describe("one backfill fills", function () {
  this.timeout(600_000);
  let road: Road;
  beforeEach(async () => {
    road = await Road.start();
    await makeBucket("source", SOURCE.bucket);
  });
  afterEach(() => road?.close());

  const verdictOf = (run: RoadRun): Record<string, unknown> => verdictsOf(run).at(-1) ?? {};
  /** Jobs that were ever made in the account of the source, without those that brought one version before them. */
  const jobsCount = async (account: AccountName = "source"): Promise<number> => {
    const { endpoint, ...options } = road.project.clientOptions(account);
    const s3control = new S3ControlClient({
      ...options,
      disableHostPrefix: true,
      endpointProvider: () => ({ url: new URL(endpoint), properties: {}, headers: {} }),
    });
    const { accountId } = ACCOUNTS[account];
    const { Jobs = [] } = await s3control.send(new ListJobsCommand({ AccountId: accountId }));
    s3control.destroy();
    return Jobs.filter(({ Description }) => Description?.startsWith(TRIAL) !== true).length;
  };
  const backfill = (...flags: string[]): Promise<RoadRun> =>
    road.run("backfill", "dev", "--yes", ...flags);
  const planOf = (run: RoadRun) => run.events.find(({ type }) => type === "plan");

  async function makeBucket(account: AccountName, Bucket: string): Promise<void> {
    const s3 = road.project.s3(account);
    const LocationConstraint = ACCOUNTS[account].region as BucketLocationConstraint;
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }),
    );
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }

  it("a later vault, and a vault under a new name", async () => {
    for (const key of ["a/1", "a/2", "b/1"]) await road.put(SOURCE, key);
    const first = { name: "all", vault: "first", priority: 1 };
    await road.writeStack("dev", { source, vaults: [vault("first", "vault")], rules: [first] });
    await road.runOk("up", "dev", "--yes");
    expect(verdictOf(await backfill())).to.include({ clean: true, proven: 3 });

    // Only a part of what is COMPLETED is missing at the later vault: S3's list would hold the rest as well.
    const later = { name: "later-a", vault: "later", priority: 2, filter: { prefix: "a/" } };
    await road.writeStack("dev", {
      source,
      vaults: [vault("first", "vault"), vault("later", "far")],
      rules: [first, later],
    });
    await road.runOk("up", "dev", "--yes");
    const filled = await backfill();
    expect(planOf(filled)).to.include({ manifestBy: "own", objects: 2, extraObjects: 0 });
    expect(verdictOf(filled)).to.include({ clean: true, proven: 3 });
    expect(await jobsCount()).to.equal(2);

    // The same bucket would be another vault's; a new name with a new bucket is a new vault.
    await road.writeStack("dev", {
      source,
      vaults: [vault("renamed", "vault"), vault("later", "far")],
      rules: [{ ...first, vault: "renamed" }, later],
    });
    await road.runOk("up", "dev", "--yes", "--leave-vault", "first");
    const renamed = await backfill();
    expect(planOf(renamed)).to.include({ manifestBy: "generator", objects: 3 });
    expect(verdictOf(renamed)).to.include({ clean: true, proven: 3 });
    expect(await jobsCount()).to.equal(3);

    const again = await backfill();
    expect(again.events.some(({ type }) => type === "nothing-to-do")).to.equal(true);
    expect(await jobsCount()).to.equal(3);
  });

  it("what another team's earlier rule has marked COMPLETED, as in theirs-completed.json", async () => {
    await makeBucket("vault", "done-copy");
    await replicateAlready();
    for (const key of ["a", "b"]) await road.put(SOURCE, key);
    for (const key of ["a", "b"]) {
      await eventually(async () => {
        const head = await road.project
          .s3("source")
          .send(new HeadObjectCommand({ Bucket: SOURCE.bucket, Key: key }));
        if (head.ReplicationStatus !== "COMPLETED") throw new Error(head.ReplicationStatus);
      });
    }
    await road.writeStack("dev", {
      source,
      vaults: [vault("first", "vault")],
      rules: [{ name: "ours", vault: "first", priority: 1 }],
    });
    await road.runOk("up", "dev", "--yes");
    const run = await backfill();
    expect(planOf(run)).to.include({ manifestBy: "generator", objects: 2 });
    expect(verdictOf(run)).to.include({ clean: true, proven: 2 });
    expect(await jobsCount()).to.equal(1);
  });

  /** As `theirs-completed.json` has it, with a role that may. */
  async function replicateAlready(): Promise<void> {
    const text = readFileSync(join(CASES, "theirs-completed.json"), "utf8");
    const configuration = JSON.parse(text) as ReplicationConfiguration;
    const iam = new IAMClient(road.project.clientOptions("source"));
    const allow = (Action: string | string[], Resource: string | string[]) => ({
      Effect: "Allow",
      Action,
      Resource,
    });
    const document = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.send(
      new CreateRoleCommand({
        RoleName: "old",
        AssumeRolePolicyDocument: document({
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "old",
        PolicyName: "work",
        PolicyDocument: document(allow("s3:*", "*")),
      }),
    );
    iam.destroy();
    // Another account's bucket has to let them in.
    await road.project.s3("vault").send(
      new PutBucketPolicyCommand({
        Bucket: "done-copy",
        Policy: document({
          ...allow(["s3:ReplicateObject", "s3:ReplicateTags"], "arn:aws:s3:::done-copy/*"),
          Principal: { AWS: configuration.Role },
        }),
      }),
    );
    await road.project.s3("source").send(
      new PutBucketReplicationCommand({
        Bucket: SOURCE.bucket,
        ReplicationConfiguration: configuration,
      }),
    );
  }

  it("the second hop of a chain", async () => {
    await road.writeStack("dev", {
      sources: [
        { name: "records", ...source },
        { name: "second-hop", bucket: { vault: "first" } },
      ],
      vaults: [vault("first", "vault"), vault("last", "far")],
      rules: [
        { name: "one", vault: "first", priority: 1 },
        { name: "two", source: "second-hop", vault: "last", priority: 2 },
      ],
    });
    for (const key of ["a", "b"]) await road.put(SOURCE, key);
    await road.runOk("up", "dev", "--yes");
    const hop = await backfill("--source", "records");
    expect(verdictOf(hop)).to.include({ clean: true, proven: 2 });
    const second = await backfill("--source", "second-hop");
    expect(verdictOf(second)).to.include({ clean: true, proven: 2 });
    expect(await jobsCount("vault")).to.equal(1);
    const again = await backfill("--source", "second-hop");
    expect(verdictOf(again)).to.include({ clean: true, proven: 2 });
    expect(await jobsCount("vault")).to.equal(1);
  });

  it("a replica that is not there though the source says COMPLETED", async () => {
    for (const key of ["a", "b", "c"]) await road.put(SOURCE, key);
    await road.writeStack("dev", {
      source,
      vaults: [vault("first", "vault")],
      rules: [{ name: "all", vault: "first", priority: 1 }],
    });
    await road.runOk("up", "dev", "--yes");
    expect(verdictOf(await backfill())).to.include({ clean: true, proven: 3 });
    const objects = road.project.sandbox.world.s3.findBucket("acme-first")?.objects;
    for (const { key, versionId } of [...(objects?.versions("b") ?? [])]) {
      objects?.remove(key, versionId);
    }
    const run = await backfill();
    expect(planOf(run)).to.include({ manifestBy: "own", objects: 1, extraObjects: 0 });
    expect(verdictOf(run)).to.include({ clean: true, proven: 3 });
    expect(await jobsCount()).to.equal(2);
  });

  it("what was archived once it is restored, and names the way out before", async () => {
    const s3 = road.project.s3("source");
    const cold = { Bucket: SOURCE.bucket, Key: "cold" };
    await s3.send(new PutObjectCommand({ ...cold, Body: "1", StorageClass: "GLACIER" }));
    await road.put(SOURCE, "warm");
    await road.writeStack("dev", {
      source,
      vaults: [vault("first", "vault")],
      rules: [{ name: "all", vault: "first", priority: 1 }],
    });
    await road.runOk("up", "dev", "--yes");
    const run = await backfill();
    expect(run.exitCode).to.equal(1);
    expect(verdictOf(run)).to.include({ clean: false, proven: 1, unprotected: 1 });
    expect(JSON.stringify(verdictOf(run)["failures"])).to.include("restore it");

    const told = await backfill();
    expect(told.exitCode).to.equal(1);
    expect(told.events.some(({ type }) => type === "nothing-to-do")).to.equal(false);
    expect(await jobsCount()).to.equal(1);

    await s3.send(
      new RestoreObjectCommand({
        ...cold,
        RestoreRequest: { Days: 7, GlacierJobParameters: { Tier: "Standard" } },
      }),
    );
    road.project.sandbox.world.clock.advance(24 * 60 * 60_000);
    const filled = await backfill();
    expect(verdictOf(filled), filled.stdout).to.include({ clean: true, proven: 2 });
    expect(await jobsCount()).to.equal(2);
  });

  it("nothing while the source's rules are not the deployed ones, and says what to do", async () => {
    for (const key of ["a", "b"]) await road.put(SOURCE, key);
    await road.writeStack("dev", {
      source,
      vaults: [vault("first", "vault")],
      rules: [{ name: "all", vault: "first", priority: 1 }],
    });
    await road.runOk("up", "dev", "--yes");
    const s3 = road.project.s3("source");
    const target = { Bucket: SOURCE.bucket };
    const { ReplicationConfiguration } = await s3.send(new GetBucketReplicationCommand(target));
    const paths = (run: RoadRun): readonly string[] =>
      (verdictOf(run)["drift"] as readonly { path: string }[]).map(({ path }) => path);
    const Rules = ReplicationConfiguration?.Rules?.map((rule) => ({
      ...rule,
      Filter: { Prefix: "a" },
    }));
    await s3.send(
      new PutBucketReplicationCommand({
        ...target,
        ReplicationConfiguration: { Role: ReplicationConfiguration?.Role, Rules },
      }),
    );
    const run = await backfill();
    expect(run.exitCode).to.equal(2);
    const error = run.events.at(-1);
    expect(error).to.include({ type: "error", code: "RulesDrifted" });
    expect(JSON.stringify(error)).to.include('rules[\\"all\\"].prefix').and.include("lockstep up");
    expect(await jobsCount()).to.equal(0);
    expect(paths(await road.run("verify", "dev"))).to.deep.equal(['rules["all"].prefix']);
    await road.runOk("up", "dev", "--yes");
    expect(verdictOf(await backfill())).to.include({ clean: true, proven: 2 });
  });

  it("nothing by a rule that somebody disabled, until `lockstep up` has put it back", async () => {
    for (const key of ["a", "b"]) await road.put(SOURCE, key);
    await road.writeStack("dev", {
      source,
      vaults: [vault("first", "vault"), vault("second", "far")],
      rules: [
        { name: "one", vault: "first", priority: 1 },
        { name: "two", vault: "second", priority: 2 },
      ],
    });
    await road.runOk("up", "dev", "--yes");
    const s3 = road.project.s3("source");
    const target = { Bucket: SOURCE.bucket };
    const { ReplicationConfiguration } = await s3.send(new GetBucketReplicationCommand(target));
    const change = (change: (rule: ReplicationRule) => ReplicationRule) =>
      s3.send(
        new PutBucketReplicationCommand({
          ...target,
          ReplicationConfiguration: {
            Role: ReplicationConfiguration?.Role,
            Rules: ReplicationConfiguration?.Rules?.map(change),
          },
        }),
      );
    await change((rule) => (rule.ID === "one" ? { ...rule, Status: "Disabled" } : rule));
    const seen = await road.runForPeople("verify", "dev");
    expect(seen.exitCode).to.equal(1);
    expect(seen.stdout).to.match(/drift: rules\["one"\]\.status of .* is "Disabled", "Enabled" is/);
    const refused = await backfill();
    expect(refused.events.at(-1)).to.include({ type: "error", code: "RulesDrifted" });
    const advice = (refused.events.at(-1) as { hint?: string }).hint;
    expect(advice).to.include("lockstep up");

    await road.runOk("up", "dev", "--yes");
    expect(verdictOf(await backfill())).to.include({ clean: true, proven: 2 });
    const run = await road.runOk("verify", "dev");
    expect(verdictOf(run)).to.deep.include({ clean: true, proven: 2, drift: [] });

    // With every rule disabled, and with none at all, the advice is the same road.
    await change((rule) => ({ ...rule, Status: "Disabled" }));
    expect((await road.run("verify", "dev")).exitCode).to.equal(1);
    await road.runOk("up", "dev", "--yes");
    await s3.send(new DeleteBucketReplicationCommand(target));
    const without = await road.run("verify", "dev");
    expect(verdictOf(without)["drift"]).to.have.length(1);
    await road.runOk("up", "dev", "--yes");
    expect(verdictOf(await road.runOk("verify", "dev"))).to.deep.include({ drift: [] });
  });

  it("keys that may be anything, by S3's list and by a list of its own, and no key writes a verdict", async () => {
    const keys = JSON.parse(readFileSync(join(CASES, "keys.json"), "utf8")) as readonly string[];
    for (const key of keys) await road.put(SOURCE, key);
    const first = { name: "all", vault: "first", priority: 1 };
    await road.writeStack("dev", { source, vaults: [vault("first", "vault")], rules: [first] });
    await road.runOk("up", "dev", "--yes");
    const generated = await backfill();
    expect(planOf(generated)).to.include({ manifestBy: "generator", objects: keys.length });
    expect(verdictOf(generated)).to.include({ clean: true, proven: keys.length });

    const objects = road.project.sandbox.world.s3.findBucket("acme-first")?.objects;
    for (const key of keys.slice(1)) {
      for (const { versionId } of [...(objects?.versions(key) ?? [])])
        objects?.remove(key, versionId);
    }
    const lost = await road.runForPeople("verify", "dev");
    expect(lost.exitCode).to.equal(1);
    expect(lost.stdout).to.include("Verdict: NOT clean");
    expect(lost.stdout + lost.stderr).not.to.match(/^\s*Verdict: clean/m);
    expect(lost.stdout + lost.stderr).not.to.match(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ufeff]/,
    );
    const exact = await road.run("verify", "dev");
    const failures = verdictOf(exact)["failures"] as readonly { key: string }[];
    expect(failures.map(({ key }) => key)).to.have.members(keys.slice(1));

    const own = await backfill();
    expect(planOf(own)).to.include({ manifestBy: "own", objects: keys.length - 1 });
    expect(verdictOf(own)).to.include({ clean: true, proven: keys.length });
    const { Versions = [] } = await road.project
      .s3("vault")
      .send(new ListObjectVersionsCommand({ Bucket: "acme-first", EncodingType: "url" }));
    expect(
      Versions.map(({ Key = "" }) => decodeURIComponent(Key.replaceAll("+", " "))),
    ).to.have.members(keys);
  });

  it("what was deleted at the vault by its version id, once it is copied in place", async () => {
    await road.put(SOURCE, "a");
    await road.writeStack("dev", {
      source,
      vaults: [vault("first", "vault", { lock: { stage: "pilot" } })],
      rules: [{ name: "all", vault: "first", priority: 1 }],
    });
    await road.runOk("up", "dev", "--yes");
    expect(verdictOf(await backfill())).to.include({ clean: true, proven: 1 });
    await deleteAtVault();
    for (const jobs of [2, 2]) {
      const run = await backfill();
      expect(run.exitCode).to.equal(1);
      expect(JSON.stringify(verdictOf(run)["failures"]))
        .to.include('"code":"deleted-at-vault"')
        .and.include("copy it in place");
      expect(await jobsCount()).to.equal(jobs);
    }
    // Who only looks is told the same word.
    const seen = await road.run("verify", "dev");
    expect(seen.exitCode).to.equal(1);
    expect(verdictOf(seen)).to.include({ clean: false, unprotected: 1, failed: 0 });
    expect(JSON.stringify(verdictOf(seen)["failures"])).to.include('"code":"deleted-at-vault"');
    // Whatever a report says of it, it is behind an objective.
    road.project.sandbox.world.clock.advance(2 * 60 * 60 * 1000);
    const late = await road.run("verify", "dev", "--rpo", "1h");
    expect(late.exitCode).to.equal(1);
    expect(verdictOf(late)["recoveryPoint"]).to.deep.include({ met: false, behindCount: 1 });
    const { stdout } = await road.runForPeople("verify", "dev", "--rpo", "1h");
    expect(stdout).to.match(/recovery point: 2 h .* behind, over the objective of 1 h/);
    const copy = { Bucket: SOURCE.bucket, Key: "a", CopySource: `${SOURCE.bucket}/a` };
    const { VersionId } = await road.project
      .s3("source")
      .send(new CopyObjectCommand({ ...copy, MetadataDirective: "REPLACE" }));
    const head = await road.arrived({ account: "vault", bucket: "acme-first" }, "a");
    expect(head.VersionId).to.equal(VersionId);
    // The version that was deleted is no less deleted; the copy of its content is proven.
    const run = await road.run("verify", "dev");
    expect(verdictOf(run)).to.include({ proven: 1 });
  });

  /** A pilot's lock is a governance lock, which its administrator may pass by. */
  async function deleteAtVault(): Promise<void> {
    const s3 = road.project.s3("vault");
    const Bucket = "acme-first";
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    for (const { Key, VersionId } of Versions) {
      await s3.send(
        new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }),
      );
    }
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }
});
