/** The buckets, each component alone, under mocks. See recording-mocks.ts for what mocks do not prove. */

import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { SourceBucket, Vault } from "../../components";
import { failureOf, listOf, one, record, valueOf } from "./recording-mocks";
import { vaultArgs, sourceAccount, vaultAccount, problemsOf } from "./component-args";

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
