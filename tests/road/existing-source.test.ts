/** A source bucket that was there before keeps what S3 holds in one document for everybody: rules and notifications. */

import { CreateRoleCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { expect } from "chai";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";

const BUCKET = "old-records";
const THEIR_ROLE = "arn:aws:iam::111111111111:role/old-replicator";
const THEIR_TOPIC = "arn:aws:sns:eu-west-1:111111111111:theirs";

describe("a source bucket that was there before", function () {
  this.timeout(180_000);
  let project: EngineProject;
  let s3: S3Client;
  let iam: IAMClient;

  const config = {
    source: { ...ACCOUNTS.source, bucket: { name: BUCKET, existing: true } },
    vaults: [{ name: "old", ...ACCOUNTS.vault, bucket: { name: "old-vault" } }],
    rules: [{ name: "ours", vault: "old", priority: 1 }],
    monitoring: { subscribers: { emails: ["ops@example.com"] }, noReplicationHours: 24 },
  };

  before(async () => {
    project = await EngineProject.start();
    s3 = project.s3("source");
    iam = new IAMClient(project.clientOptions("source"));
    for (const Bucket of [BUCKET, "old-copy"]) {
      await s3.send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
      const VersioningConfiguration = { Status: "Enabled" } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    await replicateAlready();
    await notifyAlready();
    await s3.send(
      new PutBucketTaggingCommand({
        Bucket: BUCKET,
        Tagging: { TagSet: [{ Key: "owner", Value: "finance" }] },
      }),
    );
  });
  after(async () => {
    s3?.destroy();
    iam?.destroy();
    await project?.close();
  });

  async function replicateAlready(): Promise<void> {
    await iam.send(
      new CreateRoleCommand({
        RoleName: "old-replicator",
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
    await s3.send(
      new PutBucketReplicationCommand({
        Bucket: BUCKET,
        ReplicationConfiguration: {
          Role: THEIR_ROLE,
          Rules: [
            {
              ID: "theirs",
              Status: "Enabled",
              Priority: 7,
              Filter: { Prefix: "theirs/" },
              DeleteMarkerReplication: { Status: "Enabled" },
              Destination: { Bucket: "arn:aws:s3:::old-copy", StorageClass: "STANDARD_IA" },
            },
          ],
        },
      }),
    );
  }

  async function notifyAlready(): Promise<void> {
    const sns = new SNSClient(project.clientOptions("source"));
    await sns.send(new CreateTopicCommand({ Name: "theirs" }));
    await sns.send(
      new SetTopicAttributesCommand({
        TopicArn: THEIR_TOPIC,
        AttributeName: "Policy",
        AttributeValue: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "s3.amazonaws.com" },
              Action: "sns:Publish",
              Resource: THEIR_TOPIC,
            },
          ],
        }),
      }),
    );
    sns.destroy();
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: BUCKET,
        NotificationConfiguration: {
          EventBridgeConfiguration: {},
          TopicConfigurations: [
            { Id: "theirs", TopicArn: THEIR_TOPIC, Events: ["s3:ObjectCreated:*"] },
          ],
        },
      }),
    );
  }

  const replication = async () =>
    (await s3.send(new GetBucketReplicationCommand({ Bucket: BUCKET }))).ReplicationConfiguration;
  const ruleIds = async () => ((await replication())?.Rules ?? []).map(({ ID }) => ID);
  const topicIds = async () => {
    const { TopicConfigurations = [] } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: BUCKET }),
    );
    return TopicConfigurations.map(({ Id }) => Id);
  };

  it("keeps its other rules, under the role that they work under, and says so", async () => {
    await project.up(config);
    expect(project.said).to.match(/"theirs" to arn:aws:s3:::old-copy.*They stay/);
    const merged = await replication();
    expect(merged?.Role).to.equal(THEIR_ROLE);
    expect(await ruleIds()).to.have.members(["ours", "theirs"]);
    expect(merged?.Rules?.find(({ ID }) => ID === "theirs")).to.deep.include({
      Priority: 7,
      Filter: { Prefix: "theirs/" },
      DeleteMarkerReplication: { Status: "Enabled" },
      Destination: { Bucket: "arn:aws:s3:::old-copy", StorageClass: "STANDARD_IA" },
    });
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "a" }));
    await eventually(() =>
      project.s3("vault").send(new HeadObjectCommand({ Bucket: "old-vault", Key: "a" })),
    );
  });

  it("keeps its other notifications and its tags", async () => {
    expect(await topicIds()).to.have.members(["theirs", "lockstep-replication"]);
    const { EventBridgeConfiguration } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: BUCKET }),
    );
    expect(EventBridgeConfiguration).to.deep.equal({});
    const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket: BUCKET }));
    expect(TagSet).to.deep.equal([{ Key: "owner", Value: "finance" }]);
  });

  it("changes nothing the second time, and takes away a rule that left the config", async () => {
    expect(Object.keys(await project.preview(config))).to.deep.equal(["same"]);
    const renamed = { ...config, rules: [{ name: "renamed", vault: "old", priority: 1 }] };
    await project.up(renamed);
    expect(await ruleIds()).to.have.members(["renamed", "theirs"]);
    await project.up(config);
  });

  it("is left to the others when the stack is taken down, and taken up again", async () => {
    await project.destroy(config);
    expect(await ruleIds()).to.deep.equal(["theirs"]);
    expect(await topicIds()).to.deep.equal(["theirs"]);
    const { PolicyNames } = await iam.send(
      new ListRolePoliciesCommand({ RoleName: "old-replicator" }),
    );
    expect(PolicyNames, "it allows to add replicas to the vault, and no more").to.deep.equal([
      `lockstep-${BUCKET}`,
    ]);

    await project.up(config);
    expect(await ruleIds()).to.have.members(["ours", "theirs"]);
    expect(await topicIds()).to.have.members(["theirs", "lockstep-replication"]);
  });

  it("gets Object Lock as it is, without a new bucket", async () => {
    const Bucket = "plain-records";
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket, Key: "before", Body: "before" }));
    const objectLock = { mode: "GOVERNANCE", retention: "1 day" };
    await project.up(
      {
        source: { ...ACCOUNTS.source, bucket: { name: Bucket, existing: true, objectLock } },
        vaults: [{ name: "plain", ...ACCOUNTS.vault, bucket: { name: "plain-vault" } }],
        rules: [{ name: "all", vault: "plain" }],
      },
      "locked",
    );
    const { ObjectLockConfiguration } = await s3.send(
      new GetObjectLockConfigurationCommand({ Bucket }),
    );
    expect(ObjectLockConfiguration?.Rule?.DefaultRetention).to.deep.equal({
      Mode: "GOVERNANCE",
      Days: 1,
    });
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "before" }))).VersionId).to.equal(
      "null",
    );
  });
});
