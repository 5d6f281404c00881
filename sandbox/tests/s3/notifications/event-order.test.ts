/**
 * What events say of the order of what happened to a key, and of what is gone.
 * Evidence: no ETag of what was deleted, and no size beside ACLs, recorded from AWS; the sequencer of lifecycle documented
 * ("event notifications from events that create objects and delete objects contain a sequencer"); no size beside tags from
 * the examples of the User Guide.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */

import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

interface ObjectOfEvent {
  readonly key: string;
  readonly size?: number;
  readonly eTag?: string;
  readonly etag?: string;
  readonly sequencer?: string;
}

const EVENTS = [
  "s3:ObjectCreated:*",
  "s3:ObjectRemoved:*",
  "s3:ObjectTagging:*",
  "s3:ObjectAcl:Put",
] as const;
const ETAG_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

describe("events of a key", () => {
  const sandbox = useSandboxWithManualClock();
  let count = 0;

  async function openTopic(): Promise<string> {
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: "*", Action: "SNS:Publish", Resource: "*" },
    });
    const request = new CreateTopicCommand({ Name: `order-${++count}`, Attributes: { Policy } });
    return (await sandbox().sns().send(request)).TopicArn ?? "";
  }

  /** A bucket that tells a topic and, by EventBridge, another one. */
  async function telling(Bucket: string, isVersioned: boolean) {
    const s3 = sandbox().s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        ObjectOwnership: "ObjectWriter",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    if (isVersioned) {
      const VersioningConfiguration = { Status: "Enabled" as const };
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    const direct = await openTopic();
    const bridged = await openTopic();
    const events = sandbox().eventbridge();
    const EventPattern = JSON.stringify({ detail: { bucket: { name: [Bucket] } } });
    await events.send(new PutRuleCommand({ Name: Bucket, EventPattern }));
    await events.send(
      new PutTargetsCommand({ Rule: Bucket, Targets: [{ Id: "t", Arn: bridged }] }),
    );
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: {
          TopicConfigurations: [{ TopicArn: direct, Events: [...EVENTS] }],
          EventBridgeConfiguration: {},
        },
      }),
    );
    const messages = (topic: string): unknown[] => {
      sandbox().clock.advance(1000);
      return sandbox()
        .world.sns.messages(topic)
        .map(({ message }) => JSON.parse(message) as unknown);
    };
    return {
      s3,
      records: () =>
        (messages(direct).slice(1) as { Records: { s3: { object: ObjectOfEvent } }[] }[]).flatMap(
          ({ Records }) => Records.map((record) => record.s3.object),
        ),
      details: () =>
        (messages(bridged) as { detail: { object: ObjectOfEvent } }[]).map(
          ({ detail }) => detail.object,
        ),
    };
  }

  function expectRising(objects: readonly ObjectOfEvent[]): void {
    const sequencers = objects.map(({ sequencer = "" }) => sequencer);
    for (const sequencer of sequencers) expect(sequencer).to.match(/^[0-9A-F]{18}$/);
    expect(sequencers).to.deep.equal([...new Set(sequencers)].sort());
  }

  it("are in the order of their sequencers: the removal of an old version is the latest", async () => {
    const Bucket = "order-versioned";
    const { s3, records, details } = await telling(Bucket, true);
    const first = await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "2" }));
    const { VersionId } = first;
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    expect(records()).to.have.length(4);
    expectRising(records());
    expectRising(details());
    const both = [records(), details()].map((all) => all.map(({ sequencer }) => sequencer));
    expect(both[0]).to.deep.equal(both[1]);
  });

  it("differ without versions too", async () => {
    const Bucket = "order-plain";
    const { s3, records, details } = await telling(Bucket, false);
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
    expect(records()).to.have.length(3);
    expectRising(records());
    expectRising(details());
  });

  it("say nothing of the content of what is gone", async () => {
    const Bucket = "order-gone";
    const { s3, records, details } = await telling(Bucket, true);
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    for (const object of records().slice(1)) {
      expect(object).to.not.have.any.keys("eTag", "size");
    }
    const [, deleted, marker] = details();
    expect(deleted).to.not.have.any.keys("etag", "size");
    expect(marker).to.include({ etag: ETAG_OF_NOTHING }).and.not.have.property("size");
  });

  it("about tags and ACLs have the ETag, and neither size nor sequencer", async () => {
    const Bucket = "order-acl";
    const { s3, records, details } = await telling(Bucket, false);
    const object = { Bucket, Key: "k" };
    const { ETag = "" } = await s3.send(new PutObjectCommand({ ...object, Body: "1" }));
    await s3.send(new PutObjectAclCommand({ ...object, ACL: "private" }));
    await s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [] } }));
    const eTag = ETag.replaceAll('"', "");
    expect(records().slice(1)).to.deep.equal([
      { key: "k", eTag },
      { key: "k", eTag },
    ]);
    expect(details().slice(1)).to.deep.equal([
      { key: "k", etag: eTag },
      { key: "k", etag: eTag },
    ]);
  });
});
