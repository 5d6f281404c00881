import { expect } from "chai";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  RestoreObjectCommand,
  type NotificationConfiguration,
} from "@aws-sdk/client-s3";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { failureOf } from "../../helpers/aws-failure";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

interface Record {
  eventName: string;
  eventVersion: string;
  s3: { configurationId: string; object: { key: string; size?: number; versionId?: string } };
}

describe("S3 notifications", () => {
  const sandbox = useSandboxWithManualClock();
  let count = 0;

  async function topic(Bucket: string, service = "s3.amazonaws.com"): Promise<string> {
    const name = `topic-${++count}`;
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "SNS:Publish",
        Resource: "*",
        Condition:
          service === "s3.amazonaws.com"
            ? {
                ArnLike: { "aws:SourceArn": `arn:aws:s3:::${Bucket}` },
                StringEquals: { "aws:SourceAccount": "111111111111" },
              }
            : {},
      },
    });
    const command = new CreateTopicCommand({ Name: name, Attributes: { Policy } });
    return (await sandbox().sns().send(command)).TopicArn ?? "";
  }

  async function bucket(name: string): Promise<string> {
    const s3 = sandbox().s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: name,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    return name;
  }

  const configure = (Bucket: string, NotificationConfiguration: NotificationConfiguration) =>
    sandbox()
      .s3()
      .send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));

  /** Records after the test event. */
  function records(topicArn: string): Record[] {
    sandbox().clock.advance(1000);
    return sandbox()
      .world.sns.messages(topicArn)
      .slice(1)
      .flatMap(({ message }) => (JSON.parse(message) as { Records: Record[] }).Records);
  }

  it("test a topic when they are put, and are refused where it does not let S3 in", async () => {
    const Bucket = await bucket("tested");
    const other = await topic("another-bucket");
    const target = (TopicArn: string): NotificationConfiguration => ({
      TopicConfigurations: [{ TopicArn, Events: ["s3:ObjectCreated:*"] }],
    });
    for (const arn of [other, "arn:aws:sns:eu-west-1:111111111111:missing"]) {
      expect(await failureOf(configure(Bucket, target(arn)))).to.include({
        code: "InvalidArgument",
        message: "Unable to validate the following destination configurations",
      });
    }
    const kept = await sandbox()
      .s3()
      .send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(kept.TopicConfigurations ?? []).to.deep.equal([]);
    const arn = await topic(Bucket);
    await configure(Bucket, target(arn));
    const [message] = sandbox().world.sns.messages(arn);
    expect(message?.publisher).to.equal("s3.amazonaws.com");
    expect(JSON.parse(message?.message ?? "")).to.include({ Event: "s3:TestEvent", Bucket });
  });

  it("tell of objects in the order of events, by filter and by kind", async () => {
    const Bucket = await bucket("ordered");
    const arn = await topic(Bucket);
    await configure(Bucket, {
      TopicConfigurations: [
        {
          Id: "all",
          TopicArn: arn,
          Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:Put"],
          Filter: {
            Key: {
              FilterRules: [
                { Name: "prefix", Value: "in/" },
                { Name: "suffix", Value: ".txt" },
              ],
            },
          },
        },
      ],
    });
    const s3 = sandbox().s3();
    const Key = "in/a b+c.txt";
    const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "12345" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "out/a.txt", Body: "1" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "in/a.csv", Body: "1" }));
    await s3.send(
      new CopyObjectCommand({ Bucket, Key: "in/copy.txt", CopySource: `${Bucket}/out/a.txt` }),
    );
    await s3.send(
      new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }),
    );
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: put.VersionId }));
    const told = records(arn);
    expect(told.map(({ eventName }) => eventName)).to.deep.equal([
      "ObjectCreated:Put",
      "ObjectCreated:Copy",
      "ObjectTagging:Put",
      "ObjectRemoved:DeleteMarkerCreated",
      "ObjectRemoved:Delete",
    ]);
    expect(told[0]?.s3).to.include({ configurationId: "all" });
    expect(told[0]?.s3.object).to.include({
      key: "in/a+b%2Bc.txt",
      size: 5,
      versionId: put.VersionId,
    });
    expect(told.map(({ eventVersion }) => eventVersion)).to.deep.equal([
      "2.1",
      "2.1",
      "2.3",
      "2.1",
      "2.1",
    ]);
  });

  it("tell when a restore is asked for, when the copy is there and when it is gone", async () => {
    const Bucket = await bucket("restored");
    const arn = await topic(Bucket);
    await configure(Bucket, {
      TopicConfigurations: [{ TopicArn: arn, Events: ["s3:ObjectRestore:*"] }],
    });
    const s3 = sandbox().s3();
    await s3.send(
      new PutObjectCommand({ Bucket, Key: "cold", Body: "1", StorageClass: "GLACIER" }),
    );
    await s3.send(new RestoreObjectCommand({ Bucket, Key: "cold", RestoreRequest: { Days: 1 } }));
    sandbox().clock.advance(3 * 86_400_000);
    expect(records(arn).map(({ eventName }) => eventName)).to.deep.equal([
      "ObjectRestore:Post",
      "ObjectRestore:Completed",
      "ObjectRestore:Delete",
    ]);
  });

  it("keep what a topic refuses at delivery where it can be seen", async () => {
    const Bucket = await bucket("refused");
    const arn = await topic(Bucket);
    await configure(Bucket, {
      TopicConfigurations: [{ TopicArn: arn, Events: ["s3:ObjectCreated:Put"] }],
    });
    sandbox().world.sns.removeTopic(arn);
    await sandbox()
      .s3()
      .send(new PutObjectCommand({ Bucket, Key: "a", Body: "1" }));
    sandbox().clock.advance(1000);
    expect(sandbox().world.notifications.refused.at(-1)).to.include({
      topicArn: arn,
      eventName: "ObjectCreated:Put",
      code: "NotFound",
    });
  });

  it("refuse two targets for one event of one key, queues and functions", async () => {
    const Bucket = await bucket("overlapping");
    const arn = await topic(Bucket);
    const one = { TopicArn: arn, Events: ["s3:ObjectCreated:*" as const] };
    const two = { TopicArn: arn, Events: ["s3:ObjectCreated:Put" as const] };
    const overlapping = configure(Bucket, { TopicConfigurations: [one, two] });
    expect((await failureOf(overlapping)).code).to.equal("InvalidArgument");
    const queue = configure(Bucket, {
      QueueConfigurations: [
        { QueueArn: "arn:aws:sqs:eu-west-1:111111111111:q", Events: ["s3:ObjectCreated:*"] },
      ],
    });
    expect((await failureOf(queue)).code).to.equal("NotImplemented");
  });

  it("reach EventBridge with the key as it is, where the bucket sends its events there", async () => {
    const Bucket = await bucket("bridged");
    const arn = await topic(Bucket, "events.amazonaws.com");
    const events = sandbox().eventbridge();
    await events.send(
      new PutRuleCommand({
        Name: "objects",
        EventPattern: JSON.stringify({
          source: ["aws.s3"],
          detail: { bucket: { name: [Bucket] }, object: { key: [{ prefix: "in/" }] } },
        }),
      }),
    );
    await events.send(new PutTargetsCommand({ Rule: "objects", Targets: [{ Id: "t", Arn: arn }] }));
    const s3 = sandbox().s3();
    await s3.send(new PutObjectCommand({ Bucket, Key: "in/before", Body: "1" }));
    await configure(Bucket, { EventBridgeConfiguration: {} });
    await s3.send(new PutObjectCommand({ Bucket, Key: "in/a b", Body: "1" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "in/a b" }));
    sandbox().clock.advance(1000);
    const told = sandbox()
      .world.sns.messages(arn)
      .map(({ message }) => JSON.parse(message) as { "detail-type": string; detail: object });
    expect(told.map((event) => event["detail-type"])).to.deep.equal([
      "Object Created",
      "Object Deleted",
    ]);
    expect(told[0]?.detail).to.deep.include({ reason: "PutObject", requester: "111111111111" });
    expect(told[0]?.detail).to.have.nested.property("object.key", "in/a b");
    expect(told[1]?.detail).to.include({ "deletion-type": "Delete Marker Created" });
  });
});
