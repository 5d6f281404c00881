/** What replicates and what a job needs, each component alone, under mocks. */

import { expect } from "chai";
import {
  BatchOperations,
  ReplicationConfiguration,
  ReplicationRole,
  type RuleConfig,
} from "../../components";
import { listOf, one, record, valueOf } from "./recording-mocks";
import { roleArn, rule, sourceAccount, problemsOf } from "./component-args";

describe("ReplicationRole", () => {
  const source = {
    bucketName: "acme-records",
    region: "eu-west-1",
    accountId: "111111111111",
    sseKmsEncryptedObjects: false,
    kmsKeyArns: [],
  };

  it("is a role that S3 assumes and its one policy", async () => {
    const { resources, result } = await record(
      () =>
        new ReplicationRole(
          "r",
          {
            roleName: "replicator",
            source,
            targets: [
              {
                bucketName: "acme-vault",
                region: "eu-central-1",
                kmsKeyArns: [],
                deleteMarkers: false,
                ownerOverride: false,
              },
            ],
          },
          sourceAccount(),
        ),
    );
    expect(listOf(resources)).to.deep.equal([
      "aws:iam/role:Role r-role",
      "aws:iam/rolePolicy:RolePolicy r-policy",
    ]);
    const trust = JSON.parse(one(resources, "r-role").inputs.assumeRolePolicy as string);
    expect(trust.Statement[0].Principal).to.deep.equal({ Service: "s3.amazonaws.com" });
    const policy = one(resources, "r-policy").inputs;
    expect(policy.role).to.equal("replicator");
    expect(JSON.parse(policy.policy as string).Statement[2].Resource).to.deep.equal([
      "arn:aws:s3:::acme-vault/*",
    ]);
    expect(await valueOf(result.roleArn)).to.equal(roleArn);
  });

  it("refuses to be a role for no vault", async () => {
    const problems = await problemsOf(
      () => new ReplicationRole("r", { roleName: "r", source, targets: [] }, sourceAccount()),
    );
    expect(problems).to.deep.equal(["targets: expected at least one vault"]);
  });
});

describe("ReplicationConfiguration", () => {
  const destination = { bucketArn: "arn:aws:s3:::acme-vault", accountId: "222222222222" };

  /** The one rule that comes out of one rule. */
  async function declared(change: Partial<RuleConfig>) {
    const { resources } = await record(
      () =>
        new ReplicationConfiguration(
          "c",
          {
            bucketName: "acme-records",
            roleArn,
            destinations: { v: { ...destination, storageClass: "GLACIER_IR" } },
            rules: [{ ...rule, ...change }],
          },
          sourceAccount(),
        ),
    );
    expect(listOf(resources)).to.deep.equal([
      "aws:s3/bucketReplicationConfig:BucketReplicationConfig c-rules",
    ]);
    return one(resources, "c-rules").inputs.rules[0];
  }

  it("writes a filter of exactly one member, and the whole bucket as an empty prefix", async () => {
    const filters: RuleConfig["filter"][] = [
      {},
      { prefix: "a/" },
      { tags: { k: "v" } },
      { tags: { k: "v", l: "w" } },
      { prefix: "a/", tags: { k: "v" } },
    ];
    const written = [];
    for (const filter of filters) written.push((await declared({ filter })).filter);
    expect(written).to.deep.equal([
      { prefix: "" },
      { prefix: "a/" },
      { tag: { key: "k", value: "v" } },
      { and: { tags: { k: "v", l: "w" } } },
      { and: { prefix: "a/", tags: { k: "v" } } },
    ]);
  });

  it("sends metrics with their threshold under Replication Time Control", async () => {
    const { destination: sent } = await declared({ replicationTimeControl: true, metrics: true });
    expect(sent.replicationTime).to.deep.equal({ status: "Enabled", time: { minutes: 15 } });
    expect(sent.metrics).to.deep.equal({ status: "Enabled", eventThreshold: { minutes: 15 } });
  });

  it("prefers a rule's storage class to its vault's", async () => {
    expect((await declared({})).destination.storageClass).to.equal("GLACIER_IR");
    expect((await declared({ storageClass: "STANDARD_IA" })).destination.storageClass).to.equal(
      "STANDARD_IA",
    );
  });

  it("refuses a rule to a destination that is not given, and no rules", async () => {
    const args = { bucketName: "acme-records", roleArn, destinations: {} };
    expect(
      await problemsOf(
        () => new ReplicationConfiguration("c", { ...args, rules: [rule] }, sourceAccount()),
      ),
    ).to.deep.equal(['rules[0].vault: expected one of the destinations, got "v"']);
    expect(
      await problemsOf(
        () => new ReplicationConfiguration("c", { ...args, rules: [] }, sourceAccount()),
      ),
    ).to.deep.equal(["rules: expected at least one rule"]);
  });

  it("refuses a priority that a rule of others has, by path", async () => {
    const otherRules = [
      { id: "theirs", priority: 1, status: "Enabled", destination: { bucket: "arn:aws:s3:::c" } },
    ];
    const args = { bucketName: "acme-records", roleArn, destinations: { v: destination } };
    const rules = [{ ...rule, name: "other", priority: 2 }, rule];
    expect(
      await problemsOf(
        () => new ReplicationConfiguration("c", { ...args, rules, otherRules }, sourceAccount()),
      ),
    ).to.deep.equal([
      'rules[1].priority: expected a priority that no rule of the bucket has, got 1, which its rule "theirs" has; change it (larger wins among rules to one bucket)',
    ]);
  });
});

describe("BatchOperations", () => {
  it("keeps an operations bucket without Object Lock that expires nothing", async () => {
    const { resources } = await record(
      () =>
        new BatchOperations(
          "b",
          {
            sourceBucketArn: "arn:aws:s3:::acme-records",
            operationsBucketName: "acme-ops",
            roleName: "batch",
          },
          sourceAccount(),
        ),
    );
    expect(listOf(resources)).to.have.length(9);
    expect(one(resources, "b-bucket").inputs).to.deep.equal({ bucket: "acme-ops" });
    expect(one(resources, "b-lifecycle").inputs.rules).to.deep.equal([
      {
        id: "abort-incomplete-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
    const trust = JSON.parse(one(resources, "b-role").inputs.assumeRolePolicy as string);
    expect(trust.Statement[0].Principal).to.deep.equal({
      Service: "batchoperations.s3.amazonaws.com",
    });
    const [statement] = JSON.parse(
      one(resources, "b-bucket-policy").inputs.policy as string,
    ).Statement;
    expect(statement.Condition).to.deep.equal({ Bool: { "aws:SecureTransport": "false" } });
  });
});
