/**
 * Each component alone, under mocks. See recording-mocks.ts for what mocks do not prove.
 */

import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { Provider as SourceProvider } from "@pulumi/aws/provider";
import { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import {
  BatchOperations,
  ImmutableReplication,
  ReplicationConfiguration,
  ReplicationRole,
  type RuleConfig,
  SourceBucket,
  Vault,
  type VaultArgs,
} from "../../components";
import { failureOf, listOf, one, record, valueOf } from "./recording-mocks";

const roleArn = "arn:aws:iam::111111111111:role/replicator";

const rule: RuleConfig = {
  name: "all",
  status: "Enabled",
  priority: 1,
  filter: {},
  vault: "v",
  ownerOverride: false,
  replicationTimeControl: false,
  metrics: false,
  deleteMarkerReplication: false,
  replicaModifications: false,
};

const vaultArgs: VaultArgs = {
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "acme-vault",
  lock: {
    stage: "compliance",
    retentionDays: 7,
    acknowledgement: "acme-vault: COMPLIANCE for 7 days",
  },
  replicationRoleArns: [roleArn],
};

const sourceAccount = () => ({ provider: new SourceProvider("source", { region: "eu-west-1" }) });
const vaultAccount = () => ({ provider: new VaultProvider("vault", { region: "eu-central-1" }) });

/** What a constructor that must fail throws: its problems as `path: reason`. */
async function problemsOf(construct: () => unknown): Promise<string[]> {
  let problems: string[] | undefined;
  await record(() => {
    try {
      construct();
    } catch (error) {
      if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
      problems = error.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
    }
  });
  if (problems === undefined) throw new Error("expected the constructor to refuse its arguments");
  return problems;
}

describe("SourceBucket", () => {
  const args = { bucketName: "acme-records", region: "eu-west-1" };

  it("changes nothing but the versioning of a bucket that is there", async () => {
    const { resources, result } = await record(
      () => new SourceBucket("s", { ...args, existing: true }, sourceAccount()),
      { "acme-records": "eu-west-1" },
    );
    expect(listOf(resources)).to.deep.equal([
      "aws:s3/bucketVersioning:BucketVersioning s-versioning",
    ]);
    expect(one(resources, "s-versioning").inputs).to.deep.include({
      bucket: "acme-records",
      versioningConfiguration: { status: "Enabled" },
    });
    expect(await valueOf(result.bucketArn)).to.equal("arn:aws:s3:::acme-records");
  });

  it("refuses an existing bucket in another Region than the config's", async () => {
    const error = await failureOf(
      () => new SourceBucket("s", { ...args, existing: true }, sourceAccount()).bucketArn,
      { "acme-records": "us-east-1" },
    );
    expect(error.message).to.match(/us-east-1, got eu-west-1/);
  });

  it("fails when the existing bucket is not there", async () => {
    const error = await failureOf(
      () => new SourceBucket("s", { ...args, existing: true }, sourceAccount()).bucketArn,
    );
    expect(error.message).to.match(/couldn't find resource: acme-records/);
  });

  it("makes a new bucket closed, encrypted and without ACLs", async () => {
    const { resources, invokes } = await record(() => new SourceBucket("s", args, sourceAccount()));
    expect(listOf(resources)).to.deep.equal([
      "aws:s3/bucket:Bucket s-bucket",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls s-ownership",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock s-public-access",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration s-encryption",
      "aws:s3/bucketVersioning:BucketVersioning s-versioning",
    ]);
    expect(invokes).to.be.empty;
    expect(one(resources, "s-bucket").inputs).to.deep.equal({ bucket: "acme-records" });
    expect(one(resources, "s-public-access").inputs).to.deep.equal({
      bucket: "acme-records",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(one(resources, "s-ownership").inputs.rule.objectOwnership).to.equal(
      "BucketOwnerEnforced",
    );
  });

  it("names every bad argument", async () => {
    const problems = await problemsOf(
      () => new SourceBucket("s", { bucketName: "A", region: "europe" }, sourceAccount()),
    );
    expect(problems).to.have.length(2);
    expect(problems[0]).to.match(/^bucketName: expected 3 to 63/);
    expect(problems[1]).to.match(/^region: /);
  });

  it("judges a name that is known later when it is known", async () => {
    const bucketName = pulumi.output("UPPER");
    const error = await failureOf(
      () =>
        new SourceBucket("s", { ...args, bucketName, existing: true }, sourceAccount()).bucketArn,
    );
    expect(error.message).to.match(/lower-case/);
  });
});

describe("Vault", () => {
  it("makes the bucket whole in one resource: lock, versioning, encryption, no public access, ownership", async () => {
    const { resources, result } = await record(() => new Vault("v", vaultArgs, vaultAccount()));
    expect(listOf(resources)).to.deep.equal([
      "aws-native:s3:Bucket v-bucket",
      "aws-native:s3:Bucket v-operations-bucket",
      "aws-native:s3:BucketPolicy v-operations-policy",
      "aws-native:s3:BucketPolicy v-policy",
    ]);
    expect(one(resources, "v-bucket").inputs).to.deep.equal({
      bucketName: "acme-vault",
      objectLockEnabled: true,
      objectLockConfiguration: {
        objectLockEnabled: "Enabled",
        rule: { defaultRetention: { mode: "COMPLIANCE", days: 7 } },
      },
      versioningConfiguration: { status: "Enabled" },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          { serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
        ],
      },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      ownershipControls: { rules: [{ objectOwnership: "BucketOwnerEnforced" }] },
    });
    expect(result.lock).to.deep.equal({
      mode: "COMPLIANCE",
      retentionDays: 7,
      maximumRetentionDays: 3650,
    });
    expect(result.kmsKeyArn).to.equal(undefined);
    expect(new Set(resources.map(({ provider }) => provider))).to.deep.equal(new Set(["vault"]));
  });

  it("makes a rotating key and encrypts with it, by bucket key", async () => {
    const { resources } = await record(
      () => new Vault("v", { ...vaultArgs, kms: "create" }, vaultAccount()),
    );
    expect(listOf(resources)).to.deep.equal([
      "aws-native:kms:Alias v-key-alias",
      "aws-native:kms:Key v-key",
      "aws-native:s3:Bucket v-bucket",
      "aws-native:s3:Bucket v-operations-bucket",
      "aws-native:s3:BucketPolicy v-operations-policy",
      "aws-native:s3:BucketPolicy v-policy",
    ]);
    expect(one(resources, "v-key").inputs.enableKeyRotation).to.equal(true);
    expect(one(resources, "v-key-alias").inputs).to.deep.equal({
      aliasName: "alias/lockstep-acme-vault",
      targetKeyId: "v-key-key-id",
    });
    expect(
      one(resources, "v-bucket").inputs.bucketEncryption.serverSideEncryptionConfiguration,
    ).to.deep.equal([
      {
        bucketKeyEnabled: true,
        serverSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: "arn:aws:kms:eu-central-1:222222222222:key/v-key",
        },
      },
    ]);
  });

  it("uses a key that is there without making one", async () => {
    const kms = "arn:aws:kms:eu-central-1:222222222222:key/1234";
    const { resources } = await record(() => new Vault("v", { ...vaultArgs, kms }, vaultAccount()));
    expect(resources.map(({ name }) => name)).to.not.include("v-key");
    const [encryption] = one(resources, "v-bucket").inputs.bucketEncryption
      .serverSideEncryptionConfiguration;
    expect(encryption.serverSideEncryptionByDefault.kmsMasterKeyId).to.equal(kms);
  });

  it("locks a pilot for one day in GOVERNANCE", async () => {
    const { result } = await record(
      () => new Vault("v", { ...vaultArgs, lock: { stage: "pilot" } }, vaultAccount()),
    );
    expect(result.lock).to.deep.include({ mode: "GOVERNANCE", retentionDays: 1 });
  });

  for (const retentionDays of [undefined, 0, 0.5, 36501, Number.NaN]) {
    it(`does not lock in compliance for ${retentionDays} days`, async () => {
      const acknowledgement = `acme-vault: COMPLIANCE for ${retentionDays} day${retentionDays === 1 ? "" : "s"}`;
      const lock = { stage: "compliance", retentionDays, acknowledgement } as const;
      const problems = await problemsOf(
        () => new Vault("v", { ...vaultArgs, lock }, vaultAccount()),
      );
      expect(problems[0]).to.match(/^lock\.retentionDays: expected whole days from 1 to 36500/);
    });
  }

  for (const retentionDays of [1, 36500]) {
    it(`locks in compliance for ${retentionDays} days`, async () => {
      const acknowledgement = `acme-vault: COMPLIANCE for ${retentionDays} day${retentionDays === 1 ? "" : "s"}`;
      const lock = { stage: "compliance", retentionDays, acknowledgement } as const;
      const { result } = await record(() => new Vault("v", { ...vaultArgs, lock }, vaultAccount()));
      expect(result.lock).to.deep.equal({
        mode: "COMPLIANCE",
        retentionDays,
        maximumRetentionDays: Math.max(retentionDays, 3650),
      });
    });
  }

  it("refuses accounts and Regions that do not fit together, all at once", async () => {
    const problems = await problemsOf(
      () =>
        new Vault(
          "v",
          {
            ...vaultArgs,
            replicationRoleArns: ["replicator"],
            kms: "arn:aws:kms:eu-central-1:333333333333:key/1234",
            lock: { stage: "pilot", retentionDays: 2 },
          },
          vaultAccount(),
        ),
    );
    expect(problems).to.have.length(3);
    expect(problems[0]).to.match(/^lock\.retentionDays: expected 1 with stage "pilot"/);
    expect(problems[1]).to.match(/^kms: .*222222222222, got one of account 333333333333/);
    expect(problems[2]).to.match(
      /^replicationRoleArns\[0\]: expected the ARN of a role, got "replicator"/,
    );
  });
});

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

describe("ImmutableReplication", () => {
  const source = {
    accountId: "111111111111",
    region: "eu-west-1",
    bucket: { name: "acme-records" },
  };

  it("refuses what its parts cannot see, all at once, and makes nothing", async () => {
    const { resources } = await record(() => {
      const entry = {
        name: "v",
        accountId: "111111111111",
        region: "eu-central-1",
        bucket: { name: "acme-records" },
        lock: { stage: "pilot" } as const,
        provider: vaultAccount().provider,
      };
      const rules = [{ ...rule, vault: "w" }];
      expect(
        () => new ImmutableReplication("i", { source, vaults: [entry], rules }, sourceAccount()),
      ).to.throw(pulumi.InputPropertiesError);
    });
    expect(resources).to.be.empty;
    const problems = await problemsOf(
      () => new ImmutableReplication("i", { source, vaults: [], rules: [rule] }, sourceAccount()),
    );
    expect(problems.map((problem) => problem.split(":")[0])).to.deep.equal([
      "vaults",
      "rules[0].vault",
    ]);
  });

  it("takes names that are known only later", async () => {
    const { resources } = await record(
      () =>
        new ImmutableReplication(
          "i",
          {
            source: { ...source, bucket: { name: pulumi.output("acme-records") } },
            vaults: [
              {
                name: "v",
                accountId: "222222222222",
                region: "eu-central-1",
                bucket: { name: pulumi.output("acme-vault") },
                lock: { stage: "pilot" },
                provider: vaultAccount().provider,
              },
            ],
            rules: [rule],
          },
          sourceAccount(),
        ),
    );
    expect(one(resources, "i-batch-bucket").inputs.bucket).to.equal("lockstep-ops-acme-records");
    expect(one(resources, "i-vault-v-bucket").inputs.bucketName).to.equal("acme-vault");
  });
});
