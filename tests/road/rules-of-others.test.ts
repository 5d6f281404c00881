/**
 * Replication rules that another team has on a source bucket: they go on as they are, or stop the deployment by name. They are
 * never replaced, and never written again with less than they say.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketReplicationCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type ReplicationConfiguration,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { failureOf } from "../helpers/local-stacks";
import { Road, type RoadRun } from "../helpers/road";

const COPY = "ledger-copy";
const ROLE = "arn:aws:iam::111111111111:role/old";

const CASES = join(__dirname, "..", "cases");
const caseOf = (name: string) =>
  JSON.parse(readFileSync(join(CASES, name), "utf8")) as ReplicationConfiguration;

/** A rule of others with everything that a rule may say and `@pulumi/aws` has a property for. */
const WHOLE: ReplicationRule = {
  ID: "whole",
  Status: "Disabled",
  Priority: 2,
  Filter: {
    And: {
      Prefix: "a/",
      Tags: [
        { Key: "one", Value: "1" },
        { Key: "two", Value: "2" },
      ],
    },
  },
  DeleteMarkerReplication: { Status: "Disabled" },
  SourceSelectionCriteria: {
    SseKmsEncryptedObjects: { Status: "Enabled" },
    ReplicaModifications: { Status: "Enabled" },
  },
  Destination: {
    Bucket: `arn:aws:s3:::${COPY}`,
    Account: ACCOUNTS.far.accountId,
    StorageClass: "GLACIER_IR",
    AccessControlTranslation: { Owner: "Destination" },
    EncryptionConfiguration: { ReplicaKmsKeyID: "arn:aws:kms:eu-north-1:333333333333:key/k" },
    ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
    Metrics: { Status: "Enabled", EventThreshold: { Minutes: 15 } },
  },
};
const simple = (fields: Partial<ReplicationRule>): ReplicationRule => ({
  ID: "theirs",
  Status: "Enabled",
  Priority: 1,
  Filter: { Prefix: "theirs/" },
  DeleteMarkerReplication: { Status: "Disabled" },
  Destination: { Bucket: `arn:aws:s3:::${COPY}` },
  ...fields,
});

describe("replication rules of others", function () {
  this.timeout(300_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await makeBucket("far", COPY);
    const iam = new IAMClient(road.project.clientOptions("source"));
    const statement = (fields: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...fields }] });
    await iam.send(
      new CreateRoleCommand({
        RoleName: "old",
        AssumeRolePolicyDocument: statement({
          Principal: { Service: "s3.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "old",
        PolicyName: "theirs",
        PolicyDocument: statement({ Action: "s3:*", Resource: "*" }),
      }),
    );
    iam.destroy();
    await road.project.s3("far").send(
      new PutBucketPolicyCommand({
        Bucket: COPY,
        Policy: statement({
          Principal: { AWS: ROLE },
          Action: ["s3:Replicate*", "s3:ObjectOwnerOverrideToBucketOwner"],
          Resource: `arn:aws:s3:::${COPY}/*`,
        }),
      }),
    );
  });
  after(() => road?.close());

  async function makeBucket(account: "source" | "far", Bucket: string): Promise<void> {
    const s3 = road.project.s3(account);
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: ACCOUNTS[account].region },
      }),
    );
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }

  /** A source bucket with these rules on it, and a stack that adds ours. */
  async function takeOver(
    name: string,
    rules: readonly ReplicationRule[],
    ours: object = {},
  ): Promise<void> {
    await makeBucket("source", `${name}-records`);
    await putRules(name, rules);
    await writeStack(name, ours);
  }

  const config = (name: string, ours: object = {}) => ({
    source: { ...ACCOUNTS.source, bucket: { name: `${name}-records`, existing: true } },
    vaults: [{ name: "v", ...ACCOUNTS.vault, bucket: { name: `${name}-vault` } }],
    rules: [{ name: "ours", vault: "v", ...ours }],
  });
  const writeStack = (name: string, ours: object = {}) => road.writeStack(name, config(name, ours));
  const putRules = (name: string, rules: readonly ReplicationRule[]) =>
    road.project.s3("source").send(
      new PutBucketReplicationCommand({
        Bucket: `${name}-records`,
        ReplicationConfiguration: { Role: ROLE, Rules: [...rules] },
      }),
    );

  async function liveRules(name: string): Promise<ReplicationRule[]> {
    const { ReplicationConfiguration } = await road.project
      .s3("source")
      .send(new GetBucketReplicationCommand({ Bucket: `${name}-records` }));
    return ReplicationConfiguration?.Rules ?? [];
  }
  async function live(name: string, id: string): Promise<ReplicationRule> {
    const rule = (await liveRules(name)).find(({ ID }) => ID === id);
    if (rule === undefined) throw new Error(`${name}-records has no rule ${id}`);
    return rule;
  }

  async function expectUnchanged(stack: string): Promise<void> {
    const { events } = await road.runOk("preview", stack);
    const summary = events.find(({ type }) => type === "stack-summary");
    expect(Object.keys(summary?.["changes"] as object)).to.deep.equal(["same"]);
  }

  /** Up and preview stop with these words, and nothing was made or changed, by a plain `pulumi up` neither. */
  async function expectRefused(name: string, ours: object, ...says: RegExp[]): Promise<void> {
    const before = await liveRules(name);
    const runs: RoadRun[] = [await road.run("preview", name), await road.run("up", name, "--yes")];
    for (const { events, exitCode, stdout } of runs) {
      expect(exitCode, stdout).to.equal(2);
      const told = JSON.stringify(events.filter(({ type }) => type === "error"));
      for (const words of says) expect(told).to.match(words);
    }
    const plain = await failureOf(road.project.up(config(name, ours), name));
    for (const words of says) expect(plain).to.match(words);
    expect(await liveRules(name)).to.deep.equal(before);
    const vault = road.project.s3("vault").send(new HeadBucketCommand({ Bucket: `${name}-vault` }));
    expect(
      await vault.then(
        () => "made",
        () => "absent",
      ),
    ).to.equal("absent");
  }

  for (const file of ["v1-one-rule.json", "v1-two-rules.json"]) {
    const name = file.replace(".json", "");
    it(`of the first schema go on as before, with priorities of their own (${file})`, async () => {
      const theirs = caseOf(file).Rules ?? [];
      await takeOver(name, theirs);
      await road.runOk("up", name, "--yes");
      const rules = await liveRules(name);
      expect(rules.map(({ ID }) => ID)).to.have.members(["ours", ...theirs.map(({ ID }) => ID)]);
      const priorities = rules.map(({ Priority }) => Priority);
      expect(new Set(priorities).size).to.equal(rules.length);
      for (const { Destination, ID, Prefix, Status } of theirs) {
        expect(rules.find((rule) => rule.ID === ID)).to.deep.include({
          Status,
          Filter: { Prefix },
          // As the first schema always does.
          DeleteMarkerReplication: { Status: "Enabled" },
          Destination,
        });
      }
      const source = road.project.s3("source");
      const key = `${theirs[0]?.Prefix ?? ""}${name}`;
      const Bucket = `${name}-records`;
      await source.send(new PutObjectCommand({ Bucket, Key: key, Body: key }));
      await road.arrived({ account: "far", bucket: COPY }, key);
      await road.arrived({ account: "vault", bucket: `${name}-vault` }, key);
      await source.send(new DeleteObjectCommand({ Bucket, Key: key }));
      await eventually(async () => {
        const { DeleteMarkers = [] } = await road.project
          .s3("far")
          .send(new ListObjectVersionsCommand({ Bucket: COPY, Prefix: key }));
        expect(DeleteMarkers).to.have.length(1);
      });

      await expectUnchanged(name);
      const priorityOf = new Map(rules.map(({ ID, Priority }) => [ID, Priority]));
      await road.runOk("destroy", name, "--yes");
      const left = await liveRules(name);
      expect(left.map(({ ID }) => ID)).to.have.members(theirs.map(({ ID }) => ID));
      for (const { ID, Priority } of left) expect(Priority).to.equal(priorityOf.get(ID));
    });
  }

  it("come back whole, with every member that there is", async () => {
    await takeOver("whole", [WHOLE, simple({ Priority: 1, Filter: {} })]);
    await road.runOk("up", "whole", "--yes");
    expect(await live("whole", "whole")).to.deep.equal(WHOLE);
    expect((await live("whole", "ours")).Priority).to.equal(3);
  });

  it("that exclude something stop the deployment: it could not be written again (filter-not.json)", async () => {
    await takeOver("not", caseOf("filter-not.json").Rules ?? []);
    await expectRefused("not", {}, /all-but-private/, /Filter\.Not/, /Have its owner/);
  });

  it("that exclude something within And stop it too", async () => {
    await takeOver("and-not", [
      simple({ Filter: { And: { Prefix: "a/", Not: { Tag: { Key: "keep", Value: "no" } } } } }),
    ]);
    await expectRefused("and-not", {}, /"theirs\\*" with Filter\.And\.Not/);
  });

  it("with the name of ours stop the deployment, and go on when ours is renamed", async () => {
    const theirs = simple({ ID: "ours" });
    await takeOver("named", [theirs]);
    await expectRefused("named", {}, /rules\[0\]\.name/, /rename yours/);
    await writeStack("named", { name: "renamed" });
    await road.runOk("up", "named", "--yes");
    expect(await live("named", "ours")).to.deep.equal(theirs);
    expect((await live("named", "renamed")).Priority).to.equal(2);
  });

  it("with a priority that ours says stop it by path", async () => {
    await takeOver("taken", [simple({ Priority: 7 })], { priority: 7 });
    await expectRefused(
      "taken",
      { priority: 7 },
      /rules\[0\]\.priority/,
      /its rule \\*"theirs\\*" has/,
    );
  });

  it("leave a default priority the lowest free number, which it keeps", async () => {
    await takeOver("free", [simple({ Priority: 1 }), simple({ ID: "second", Priority: 3 })]);
    await road.runOk("up", "free", "--yes");
    expect((await live("free", "ours")).Priority).to.equal(2);
    const ours = await live("free", "ours");
    // Theirs with priority 1 goes: ours stays where it was.
    await putRules("free", [simple({ ID: "second", Priority: 3 }), ours]);
    await road.runOk("up", "free", "--yes");
    expect((await live("free", "ours")).Priority).to.equal(2);
  });

  it("that came to a bucket of ours after it was deployed stay too", async () => {
    const name = "own";
    await road.writeStack(name, {
      ...config(name),
      source: { ...ACCOUNTS.source, bucket: { name: `${name}-records` } },
    });
    await road.runOk("up", name, "--yes");
    const ours = await live(name, "ours");
    const theirs = simple({ Priority: 9 });
    await road.project.s3("source").send(
      new PutBucketReplicationCommand({
        Bucket: `${name}-records`,
        ReplicationConfiguration: {
          Role: "arn:aws:iam::111111111111:role/lockstep-replication-own-records",
          Rules: [ours ?? ({} as ReplicationRule), theirs],
        },
      }),
    );
    await road.runOk("up", name, "--yes");
    expect(await live(name, "theirs")).to.deep.equal(theirs);
  });

  it("are told from ours by what they say, after a deployment that did not come to its end", async () => {
    const theirs = simple({ Priority: 4 });
    await takeOver("left", [theirs]);
    await road.runOk("up", "left", "--yes");
    const before = await liveRules("left");
    await loseOutputs("left");
    await road.runOk("up", "left", "--yes");
    expect(await liveRules("left")).to.deep.equal(before);

    // Of a rule that says something else nobody can tell whose it is: it is not replaced.
    await loseOutputs("left");
    await writeStack("left", { filter: { prefix: "other/" } });
    const { exitCode, stdout } = await road.run("up", "left", "--yes");
    expect(exitCode).to.equal(2);
    expect(stdout).to.match(/rules\[0\]\.name.*take it out of the bucket's/);
    expect(await liveRules("left")).to.deep.equal(before);
  });

  /** Leaves a stack's state as a run leaves it that is ended after its last resource: without outputs. */
  async function loseOutputs(name: string): Promise<void> {
    const stack = await road.project.open(config(name), name);
    const state = await stack.exportStack();
    const { resources } = state.deployment as { resources: { type: string; outputs?: object }[] };
    const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    expect(root?.outputs).to.have.property("rules");
    delete root?.outputs;
    await stack.importStack(state);
  }
});
