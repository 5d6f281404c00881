import {
  CreateBucketCommand,
  GetBucketReplicationCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import * as aws from "@pulumi/aws";
import type { Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { failureOf, useLocalStacks } from "../helpers/local-stacks";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

type Rules = Exclude<aws.s3.BucketReplicationConfigArgs["rules"], PromiseLike<unknown>>;

describe("Replication rules of the local aws provider", function () {
  this.timeout(120_000);
  const sandbox = useSandbox();
  const makeStack = useLocalStacks(sandbox);
  let stack: Stack;
  let role: string;
  let replicaKmsKeyId: string;
  let rules: Rules;

  before(async () => {
    for (const [bucket, account] of [
      ["records", "source"],
      ["copies", "vault"],
    ] as const) {
      const s3 = sandbox().s3(account);
      await s3.send(
        new CreateBucketCommand({
          Bucket: bucket,
          CreateBucketConfiguration: {
            LocationConstraint: account === "source" ? "eu-west-1" : "eu-central-1",
          },
        }),
      );
      await s3.send(
        new PutBucketVersioningCommand({
          Bucket: bucket,
          VersioningConfiguration: { Status: "Enabled" },
        }),
      );
    }
    const made = await sandbox()
      .iam("source")
      .send(
        new CreateRoleCommand({
          RoleName: "replication",
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
        }),
      );
    role = made.Role?.Arn ?? "";
    const key = await sandbox().kms("vault").send(new CreateKeyCommand({}));
    replicaKmsKeyId = key.KeyMetadata?.Arn ?? "";
    stack = await makeStack("dev", () => {
      const provider = new aws.Provider("source", { region: "eu-west-1", profile: "source" });
      new aws.s3.BucketReplicationConfig(
        "replication",
        { bucket: "records", role, rules },
        { provider },
      );
      return Promise.resolve({});
    });
  });

  async function up(): Promise<object> {
    return (await stack.up()).summary.resourceChanges ?? {};
  }

  const copies = "arn:aws:s3:::copies";
  const off = { status: "Disabled" };
  const on = { status: "Enabled" };

  it("take every option, and stay as they are in a second update and a refresh", async () => {
    rules = [
      {
        id: "all-options",
        status: "Enabled",
        priority: 1,
        filter: { and: { prefix: "a/", tags: { keep: "yes", class: "gold" } } },
        deleteMarkerReplication: off,
        sourceSelectionCriteria: { replicaModifications: on, sseKmsEncryptedObjects: on },
        destination: {
          bucket: copies,
          account: "222222222222",
          storageClass: "STANDARD_IA",
          accessControlTranslation: { owner: "Destination" },
          encryptionConfiguration: { replicaKmsKeyId },
          metrics: { ...on, eventThreshold: { minutes: 15 } },
          replicationTime: { ...on, time: { minutes: 15 } },
        },
      },
      {
        id: "one-tag",
        status: "Disabled",
        priority: 2,
        filter: { tag: { key: "k", value: "v" } },
        deleteMarkerReplication: off,
        destination: { bucket: copies, metrics: on },
      },
      {
        id: "prefix",
        status: "Enabled",
        priority: 3,
        filter: { prefix: "b/" },
        deleteMarkerReplication: on,
        destination: { bucket: copies },
      },
      {
        id: "everything",
        status: "Enabled",
        priority: 4,
        filter: {},
        deleteMarkerReplication: off,
        destination: { bucket: copies },
      },
    ];
    expect(await up()).to.deep.equal({ create: 3 });
    const { ReplicationConfiguration: found } = await sandbox()
      .s3("source")
      .send(new GetBucketReplicationCommand({ Bucket: "records" }));
    expect(found?.Rules?.map((rule) => rule.ID)).to.deep.equal([
      "all-options",
      "one-tag",
      "prefix",
      "everything",
    ]);
    expect(found?.Rules?.[0]).to.deep.include({
      Filter: {
        And: {
          Prefix: "a/",
          Tags: [
            { Key: "class", Value: "gold" },
            { Key: "keep", Value: "yes" },
          ],
        },
      },
      SourceSelectionCriteria: {
        ReplicaModifications: { Status: "Enabled" },
        SseKmsEncryptedObjects: { Status: "Enabled" },
      },
      Destination: {
        Bucket: copies,
        Account: "222222222222",
        StorageClass: "STANDARD_IA",
        AccessControlTranslation: { Owner: "Destination" },
        EncryptionConfiguration: { ReplicaKmsKeyID: replicaKmsKeyId },
        Metrics: { Status: "Enabled", EventThreshold: { Minutes: 15 } },
        ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
      },
    });
    expect(await up()).to.deep.equal({ same: 3 });
    expect((await stack.refresh()).summary.resourceChanges).to.deep.equal({ same: 3 });
    expect(await up()).to.deep.equal({ same: 3 });
  });

  it("are changed in place", async () => {
    rules = [...(rules as object[]).slice(0, 2)] as Rules;
    expect(await up()).to.deep.equal({ same: 2, update: 1 });
  });

  it("leave it to S3 to refuse replication of existing objects", async () => {
    rules = [
      {
        id: "old",
        status: "Enabled",
        priority: 1,
        filter: {},
        deleteMarkerReplication: off,
        existingObjectReplication: on,
        destination: { bucket: copies },
      },
    ];
    expect(await failureOf(up())).to.match(/PutBucketReplication.*StatusCode: 400/);
  });
});
