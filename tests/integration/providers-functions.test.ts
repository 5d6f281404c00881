import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import * as aws from "@pulumi/aws";
import * as native from "@pulumi/aws-native";
import { expect } from "chai";
import { failureOf, useLocalStacks } from "../helpers/local-stacks";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "arn:aws:s3:::full/*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});

describe("Functions of the local aws provider", function () {
  this.timeout(120_000);
  const sandbox = useSandbox();
  const makeStack = useLocalStacks(sandbox);
  let keyId: string;

  before(async () => {
    const s3 = sandbox().s3("source");
    const location = { LocationConstraint: "eu-west-1" as const };
    for (const bucket of ["full", "plain"]) {
      await s3.send(
        new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: location }),
      );
    }
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: "full",
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    await s3.send(new PutBucketPolicyCommand({ Bucket: "full", Policy: POLICY }));
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: "full",
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 3 } },
        },
      }),
    );
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: "full",
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    await sandbox()
      .s3("vault")
      .send(
        new CreateBucketCommand({
          Bucket: "the-vault",
          CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
          ObjectLockEnabledForBucket: true,
        }),
      );
    const { Role: role } = await sandbox()
      .iam("source")
      .send(
        new CreateRoleCommand({
          RoleName: "replication",
          Path: "/lockstep/",
          Description: "copies",
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "s3.amazonaws.com" },
                Action: "sts:AssumeRole",
              },
            ],
          }),
          Tags: [{ Key: "team", Value: "records" }],
        }),
      );
    await s3.send(
      new PutBucketReplicationCommand({
        Bucket: "full",
        ReplicationConfiguration: {
          Role: role?.Arn,
          Rules: [
            {
              ID: "tagged",
              Status: "Enabled",
              Priority: 7,
              Filter: {
                And: { Prefix: "a/", Tags: [{ Key: "keep", Value: "yes" }] },
              },
              DeleteMarkerReplication: { Status: "Disabled" },
              Destination: {
                Bucket: "arn:aws:s3:::the-vault",
                Account: "222222222222",
                StorageClass: "GLACIER_IR",
                Metrics: { Status: "Enabled", EventThreshold: { Minutes: 15 } },
                ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
              },
            },
          ],
        },
      }),
    );
    const { KeyMetadata: key } = await sandbox()
      .kms("source")
      .send(new CreateKeyCommand({ Description: "records" }));
    keyId = key?.KeyId ?? "";
  });

  /** What a program finds, without anything being made. */
  async function found<Result>(
    look: (options: { provider: aws.Provider }) => Promise<Result>,
  ): Promise<Result> {
    let result: Result | undefined;
    const stack = await makeStack("look", async () => {
      const provider = new aws.Provider("source", { region: "eu-west-1", profile: "source" });
      result = await look({ provider });
    });
    await stack.preview();
    return result as Result;
  }

  it("say what is there", async () => {
    const all = await found(async (options) => ({
      policy: await aws.s3.getBucketPolicy({ bucket: "full" }, options),
      lock: await aws.s3.getBucketObjectLockConfiguration({ bucket: "full" }, options),
      replication: await aws.s3.getBucketReplicationConfiguration({ bucket: "full" }, options),
      notification: await aws.s3.getBucketNotification({ bucket: "full" }, options),
      noNotification: await aws.s3.getBucketNotification({ bucket: "plain" }, options),
      role: await aws.iam.getRole({ name: "replication" }, options),
      key: await aws.kms.getKey({ keyId }, options),
      region: await aws.getRegion({}, options),
      partition: await aws.getPartition({}, options),
    }));
    expect(JSON.parse(all.policy.policy)).to.deep.equal(JSON.parse(POLICY));
    expect(all.lock.rules[0]?.defaultRetentions[0]).to.include({ mode: "GOVERNANCE", days: 3 });
    expect(all.replication.role).to.equal(all.role.arn);
    expect(all.replication.rules[0]).to.deep.include({
      id: "tagged",
      priority: 7,
      filters: [{ tags: [], ands: [{ prefix: "a/", tags: [{ key: "keep", value: "yes" }] }] }],
      deleteMarkerReplications: [{ status: "Disabled" }],
      sourceSelectionCriterias: [],
      destinations: [
        {
          account: "222222222222",
          bucket: "arn:aws:s3:::the-vault",
          storageClass: "GLACIER_IR",
          accessControlTranslations: [],
          encryptionConfigurations: [],
          metrics: [{ status: "Enabled", eventThresholds: [{ minutes: 15 }] }],
          replicationTimes: [{ status: "Enabled", times: [{ minutes: 15 }] }],
        },
      ],
    });
    expect(all.notification.eventbridge).to.equal(true);
    expect(all.noNotification).to.deep.include({ eventbridge: false, topics: [], queues: [] });
    expect(all.role).to.deep.include({ path: "/lockstep/", tags: { team: "records" } });
    expect(JSON.parse(all.role.assumeRolePolicy)).to.have.property("Statement");
    expect(all.key).to.include({ description: "records", enabled: true, keyId });
    expect(all.key.arn).to.equal(`arn:aws:kms:eu-west-1:111111111111:key/${keyId}`);
    expect(all.region).to.include({ name: "eu-west-1", description: "Europe (Ireland)" });
    expect(all.partition).to.include({ partition: "aws", dnsSuffix: "amazonaws.com" });
  });

  it("say that there is none in the words of the AWS provider", async () => {
    const messages = await found(async (options) => ({
      policy: await failureOf(aws.s3.getBucketPolicy({ bucket: "plain" }, options)),
      lock: await failureOf(aws.s3.getBucketObjectLockConfiguration({ bucket: "plain" }, options)),
      replication: await failureOf(
        aws.s3.getBucketReplicationConfiguration({ bucket: "plain" }, options),
      ),
      role: await failureOf(aws.iam.getRole({ name: "nobody" }, options)),
      key: await failureOf(aws.kms.getKey({ keyId: "alias/none" }, options)),
      noBucket: await failureOf(aws.s3.getBucketNotification({ bucket: "no-such" }, options)),
    }));
    const storage = "reading Amazon S3 (Simple Storage) Bucket";
    const none = "couldn't find resource";
    expect(messages.policy).to.contain(`reading S3 Bucket (plain) Policy: ${none}`);
    expect(messages.lock).to.contain(
      `${storage} Object Lock Configuration Data Source (plain): ${none}: ${none}`,
    );
    expect(messages.replication).to.contain(
      `${storage} Replication Configuration Data Source ("plain"): ${none}: ${none}`,
    );
    expect(messages.role).to.contain(`reading IAM Role (nobody): ${none}`);
    expect(messages.key).to.contain(`reading KMS Key (alias/none): ${none}`);
    expect(messages.noBucket).to.contain(none);
  });

  it("tell a refusal from absence", async () => {
    const message = await found(async ({ provider }) =>
      failureOf(
        aws.s3.getBucketReplicationConfiguration(
          { bucket: "the-vault", region: "eu-central-1" },
          { provider },
        ),
      ),
    );
    expect(message).to.contain("AccessDenied").and.not.contain("couldn't find");
  });

  it("of aws-native look up any type by its identifiers", async () => {
    const all = await found(async () => {
      const provider = new native.Provider("source", { region: "eu-west-1", profile: "source" });
      return {
        bucket: await native.s3.getBucket({ bucketName: "full" }, { provider }),
        policy: await native.s3.getBucketPolicy({ bucket: "full" }, { provider }),
        role: await native.iam.getRole({ roleName: "replication" }, { provider }),
        key: await native.kms.getKey({ keyId }, { provider }),
        none: await failureOf(native.s3.getBucket({ bucketName: "no-such" }, { provider })),
        unknown: await failureOf(native.s3.getAccessPoint({ name: "x" }, { provider })),
      };
    });
    expect(all.bucket.versioningConfiguration).to.deep.equal({ status: "Enabled" });
    expect(all.bucket.objectLockConfiguration?.rule?.defaultRetention).to.deep.equal({
      mode: "GOVERNANCE",
      days: 3,
    });
    // The real function renames keys wherever it finds them, in documents too.
    expect(all.policy.policyDocument).to.deep.equal({
      version: "2012-10-17",
      statement: [
        {
          effect: "Deny",
          principal: "*",
          action: "s3:*",
          resource: "arn:aws:s3:::full/*",
          condition: { bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
    expect(all.role.tags).to.deep.equal([{ key: "team", value: "records" }]);
    expect(all.key).to.include({ description: "records", keyId });
    expect(all.none).to.contain("ResourceNotFoundException");
    expect(all.unknown).to.contain("does not have the function aws-native:s3:getAccessPoint");
  });
});
