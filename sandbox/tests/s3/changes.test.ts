import { expect } from "chai";
import type { S3Change } from "../../src/services/s3/store/changes";
import { Channel } from "../../src/world/channel";
import {
  DAY_MS,
  REPLICATION_ROLE,
  ReplicationFixture,
  replicationStatements,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT_BUCKET,
} from "../replication/fixture";

const KEY = "a";
const OBJECT = { Bucket: SOURCE_BUCKET, Key: KEY };
const RETAIN_UNTIL = new Date(Date.UTC(2026, 5, 1));

/** Without what a request brings along, which differs from one to the next. */
const kindAndCause = ({ kind, cause }: S3Change): string => `${kind} by ${cause}`;

describe("a channel of changes", () => {
  it("tells every subscriber of each change, in the order in which they came", () => {
    const channel = new Channel<string>();
    const heard: string[] = [];
    channel.subscribe((change) => heard.push(`first: ${change}`));
    channel.subscribe((change) => heard.push(`second: ${change}`));
    channel.publish("one");
    channel.publish("two");
    expect(heard).to.deep.equal(["first: one", "second: one", "first: two", "second: two"]);
  });

  it("tells nothing of what was before", () => {
    const channel = new Channel<string>();
    channel.publish("before");
    const heard: string[] = [];
    channel.subscribe((change) => heard.push(change));
    expect(heard).to.deep.equal([]);
  });
});

describe("changes that S3 publishes", () => {
  let fixture: ReplicationFixture;
  let heard: S3Change[];

  beforeEach(() => {
    fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
    heard = [];
    fixture.world.s3.changes.subscribe((change) => heard.push(change));
  });

  const call = (operation: string, input: object): void => {
    fixture.call(SOURCE, "s3", operation, input);
  };
  /** What was heard during some work. */
  const during = (work: () => void): S3Change[] => {
    heard = [];
    work();
    return heard;
  };

  it("a version that is stored, with the request behind it", () => {
    const [change, ...others] = during(() => fixture.put(KEY));
    expect(others).to.deep.equal([]);
    expect(change).to.deep.include({
      kind: "created",
      cause: "request",
      bucket: fixture.world.s3.bucket(SOURCE_BUCKET),
      version: fixture.current(SOURCE_BUCKET, KEY),
    });
    const request = change !== undefined && "request" in change ? change.request : undefined;
    expect(request?.operation).to.equal("PutObject");
    expect(request?.principal.accountId).to.equal(SOURCE.accountId);
  });

  it("what is changed in a version, each by its kind", () => {
    const version = fixture.put(KEY);
    const Bucket = SOURCE_BUCKET;
    call("DeletePublicAccessBlock", { Bucket });
    const OwnershipControls = { Rules: [{ ObjectOwnership: "ObjectWriter" }] };
    call("PutBucketOwnershipControls", { Bucket, OwnershipControls });
    const changes: [operation: string, input: object, kind: S3Change["kind"]][] = [
      ["PutObjectTagging", { Tagging: { TagSet: [{ Key: "k", Value: "v" }] } }, "tagging"],
      ["DeleteObjectTagging", {}, "tagging"],
      [
        "PutObjectRetention",
        { Retention: { Mode: "GOVERNANCE", RetainUntilDate: RETAIN_UNTIL } },
        "retention",
      ],
      ["PutObjectLegalHold", { LegalHold: { Status: "ON" } }, "legal-hold"],
      ["PutObjectAcl", { ACL: "public-read" }, "acl"],
      [
        "PutObjectAnnotation",
        { AnnotationName: "n", AnnotationPayload: Buffer.from("p") },
        "annotation",
      ],
    ];
    for (const [operation, input, kind] of changes) {
      const found = during(() => call(operation, { ...OBJECT, ...input }));
      expect(found.map(kindAndCause), operation).to.deep.equal([`${kind} by request`]);
      expect(found[0], operation).to.have.property("version", version);
    }
  });

  it("a delete marker, and what is removed for good", () => {
    const version = fixture.put(KEY);
    const [marked] = during(() => call("DeleteObject", OBJECT));
    expect(marked).to.include({ kind: "delete-marker", cause: "request" });
    expect(marked).to.have.property("version", fixture.current(SOURCE_BUCKET, KEY));
    const { versionId } = version;
    const removed = during(() => call("DeleteObject", { ...OBJECT, VersionId: versionId }));
    expect(removed.map(kindAndCause)).to.deep.equal(["removed by request"]);
    expect(removed[0]).to.have.property("version", version);
  });

  it("a restore, with the copy that is to come", () => {
    const version = fixture.put(KEY, KEY, { StorageClass: "GLACIER" });
    const found = during(() => call("RestoreObject", { ...OBJECT, RestoreRequest: { Days: 1 } }));
    expect(found.map(kindAndCause)).to.deep.equal(["restore-started by request"]);
    expect(found[0]).to.have.property("version", version);
    expect(version.restore?.readyEpochMs).to.be.greaterThan(fixture.clock.nowEpochMs());
  });

  it("an upload that is begun, and its version when it is completed", () => {
    const found = during(() => fixture.putInParts(KEY));
    expect(found.map(kindAndCause)).to.deep.equal([
      "upload-started by request",
      "created by request",
    ]);
    expect(found[0]).to.include({ key: KEY });
    expect(found[0]).to.have.property("uploadId").that.is.a("string");
  });

  it("the configurations that engines carry out, as they are put and removed", () => {
    const Bucket = SOURCE_BUCKET;
    const inventory = {
      Id: "daily",
      IsEnabled: true,
      IncludedObjectVersions: "All",
      Schedule: { Frequency: "Daily" },
      Destination: { S3BucketDestination: { Bucket: `arn:aws:s3:::${Bucket}`, Format: "CSV" } },
    };
    const expiry = { ID: "old", Status: "Enabled", Filter: {}, Expiration: { Days: 1 } };
    const found = during(() => {
      fixture.rules(rule());
      call("DeleteBucketReplication", { Bucket });
      const LifecycleConfiguration = { Rules: [expiry] };
      call("PutBucketLifecycleConfiguration", { Bucket, LifecycleConfiguration });
      call("DeleteBucketLifecycle", { Bucket });
      const NotificationConfiguration = { EventBridgeConfiguration: {} };
      call("PutBucketNotificationConfiguration", { Bucket, NotificationConfiguration });
      call("PutBucketNotificationConfiguration", { Bucket, NotificationConfiguration: {} });
      call("PutBucketInventoryConfiguration", {
        Bucket,
        Id: "daily",
        InventoryConfiguration: inventory,
      });
      call("DeleteBucketInventoryConfiguration", { Bucket, Id: "daily" });
    });
    const put = { kind: "configuration-put", cause: "request" } as const;
    const removed = { kind: "configuration-removed", cause: "request" } as const;
    const bucket = fixture.world.s3.bucket(Bucket);
    expect(found).to.deep.equal([
      { ...put, bucket, configuration: "replication" },
      { ...removed, bucket, configuration: "replication" },
      { ...put, bucket, configuration: "lifecycle" },
      { ...removed, bucket, configuration: "lifecycle" },
      { ...put, bucket, configuration: "notification" },
      { ...removed, bucket, configuration: "notification" },
      { ...put, bucket, configuration: "inventory", inventory },
      { ...removed, bucket, configuration: "inventory", inventoryId: "daily" },
    ]);
  });

  it("what replication does: at the vault the replica, at the source that it arrived", () => {
    fixture.rules(rule());
    const version = fixture.put(KEY);
    const found = during(() => fixture.settle());
    expect(found.map((change) => `${change.bucket.name}: ${kindAndCause(change)}`)).to.deep.equal([
      `${VAULT_BUCKET}: created by replication`,
      `${SOURCE_BUCKET}: replicated by replication`,
    ]);
    expect(found[1]).to.have.property("version", version);
  });

  it("what of replication S3 has events for, with the rule and the destination", () => {
    const metered = rule();
    fixture.rules({
      ...metered,
      Destination: { Bucket: `arn:aws:s3:::${VAULT_BUCKET}`, Metrics: { Status: "Enabled" } },
    });
    const rights = replicationStatements([VAULT_BUCKET], ["s3:ReplicateObject"]);
    fixture.rolePolicy(REPLICATION_ROLE, rights);
    const version = fixture.put(KEY);
    const requestEpochMs = fixture.clock.nowEpochMs();
    const found = during(() => fixture.settle());
    expect(found).to.deep.equal([
      {
        kind: "replication-event",
        event: "OperationFailedReplication",
        bucket: fixture.world.s3.bucket(SOURCE_BUCKET),
        version,
        cause: "replication",
        replication: {
          ruleId: metered.ID,
          destinationBucketArn: `arn:aws:s3:::${VAULT_BUCKET}`,
          requestEpochMs,
          failureReason: "DstPutObjectNotPermitted",
        },
      },
    ]);
  });

  it("what lifecycle does by itself", () => {
    fixture.put(KEY, "x".repeat(200_000));
    const tiering = {
      ID: "tiering",
      Status: "Enabled",
      Filter: {},
      Transitions: [{ Days: 1, StorageClass: "GLACIER" }],
      Expiration: { Days: 3 },
    };
    call("PutBucketLifecycleConfiguration", {
      Bucket: SOURCE_BUCKET,
      LifecycleConfiguration: { Rules: [tiering] },
    });
    const found = during(() => fixture.clock.advance(5 * DAY_MS));
    expect(found.map(kindAndCause)).to.deep.equal([
      "transitioned by lifecycle",
      "delete-marker by lifecycle",
    ]);
  });

  it("before the request is answered, to the engines first", () => {
    fixture.rules(rule());
    const statuses: unknown[] = [];
    fixture.world.s3.changes.subscribe((change) => {
      // Replication has heard of it already, and set its status.
      if ("version" in change) statuses.push(change.version.replicationStatus);
    });
    fixture.put(KEY);
    expect(statuses).to.deep.equal(["PENDING"]);
  });
});
