import {
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectLegalHoldCommand,
  PutObjectTaggingCommand,
  type BucketVersioningStatus,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandboxWithManualClock } from "../../helpers/sandbox";
import { DAY_MS, HOUR_MS, LifecycleBucket } from "./lifecycle-fixture";

/** The tests begin at noon; every test makes its own bucket and begins where the last one ended. */
describe("S3 lifecycle: expiration", () => {
  const sandbox = useSandboxWithManualClock();
  let s3: S3Client;
  let count = 0;

  before(() => {
    s3 = sandbox().s3("source");
  });

  const now = (): number => sandbox().clock.nowEpochMs();
  const advance = (durationMs: number): void => sandbox().clock.advance(durationMs);
  /** To the noon of the day after as many midnights. */
  const midnights = (number: number): void => advance(number * DAY_MS);
  const noon = (): void => advance(HOUR_MS * 12 + Math.ceil(now() / DAY_MS) * DAY_MS - now());
  const bucket = (options: { versioning?: BucketVersioningStatus; lock?: boolean } = {}) =>
    LifecycleBucket.create(s3, `expiring-${++count}`, options);

  beforeEach(noon);

  it("removes an object of an unversioned bucket at the midnight after its days, not before", async () => {
    const made = await bucket();
    await made.rules([{ Expiration: { Days: 3 } }]);
    const { Expiration } = await made.put("a");
    const dueEpochMs = Math.floor(now() / DAY_MS) * DAY_MS + 4 * DAY_MS;
    const date = new Date(dueEpochMs).toUTCString();
    expect(Expiration).to.equal(`expiry-date="${date}", rule-id="rule-1"`);
    advance(dueEpochMs - now() - 1);
    expect(await made.contents()).to.deep.equal(["a=STANDARD"]);
    advance(1);
    expect(await made.contents()).to.deep.equal([]);
  });

  it("counts from midnight on to the next day's midnight", async () => {
    const made = await bucket();
    await made.rules([{ Expiration: { Days: 1 } }]);
    advance(12 * HOUR_MS);
    expect(now() % DAY_MS).to.equal(0);
    await made.put("at-midnight");
    midnights(1);
    expect(await made.contents()).to.deep.equal(["at-midnight=STANDARD"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal([]);
  });

  it("puts a delete marker on top in a versioned bucket and then leaves it alone", async () => {
    const made = await bucket({ versioning: "Enabled" });
    await made.rules([{ Expiration: { Days: 1 } }]);
    await made.put("a");
    midnights(2);
    expect(await made.contents()).to.deep.equal(["a=marker", "-a=STANDARD"]);
    const { DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket: made.Bucket }));
    const made0 = DeleteMarkers?.[0];
    expect(made0?.VersionId).to.match(/^[A-Za-z0-9._]{32}$/);
    expect((made0?.LastModified?.getTime() ?? 1) % DAY_MS).to.equal(0);
    midnights(10);
    expect(await made.contents()).to.deep.equal(["a=marker", "-a=STANDARD"]);
  });

  it("replaces the null version by a null marker where versioning is suspended, and keeps others", async () => {
    const made = await bucket({ versioning: "Enabled" });
    await made.put("kept");
    await made.setVersioning("Suspended");
    await made.put("gone");
    await made.rules([{ Expiration: { Days: 1 } }]);
    midnights(2);
    expect(await made.contents()).to.deep.equal(["gone=marker", "kept=marker", "-kept=STANDARD"]);
    const { DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket: made.Bucket }));
    expect(DeleteMarkers?.map((marker) => marker.VersionId)).to.deep.equal(["null", "null"]);
  });

  it("expires by date, also what is put after it, at the next midnight", async () => {
    const made = await bucket();
    const date = new Date((Math.floor(now() / DAY_MS) + 2) * DAY_MS);
    await made.rules([{ Expiration: { Date: date } }]);
    const { Expiration } = await made.put("early");
    expect(Expiration).to.equal(`expiry-date="${date.toUTCString()}", rule-id="rule-1"`);
    midnights(1);
    expect(await made.contents()).to.deep.equal(["early=STANDARD"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal([]);
    await made.put("late");
    expect(await made.contents()).to.deep.equal(["late=STANDARD"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal([]);
  });

  it("takes the earliest of the rules that speak of an object, and names it in the header", async () => {
    const made = await bucket();
    await made.rules([
      { ID: "all of it", Expiration: { Days: 10 } },
      { ID: "logs & more", Filter: { Prefix: "logs/" }, Expiration: { Days: 2 } },
      { Status: "Disabled", Expiration: { Days: 1 } },
    ]);
    await made.put("logs/a");
    await made.put("other");
    const head = await s3.send(new HeadObjectCommand({ Bucket: made.Bucket, Key: "logs/a" }));
    expect(head.Expiration).to.match(/rule-id="logs & more"$/);
    midnights(3);
    expect(await made.contents()).to.deep.equal(["other=STANDARD"]);
    midnights(8);
    expect(await made.contents()).to.deep.equal([]);
  });

  it("filters by prefix, tags and both size bounds, which are exclusive", async () => {
    const made = await bucket();
    await made.rules([
      {
        Filter: {
          And: {
            Prefix: "t/",
            Tags: [
              { Key: "a", Value: "1" },
              { Key: "b", Value: "2" },
            ],
            ObjectSizeGreaterThan: 3,
            ObjectSizeLessThan: 6,
          },
        },
        Expiration: { Days: 1 },
      },
    ]);
    const Tagging = "a=1&b=2&c=3";
    await made.put("t/hit", { Tagging, Body: "1234" });
    await made.put("t/hit5", { Tagging, Body: "12345" });
    await made.put("t/three", { Tagging, Body: "123" });
    await made.put("t/six", { Tagging, Body: "123456" });
    await made.put("t/one-tag", { Tagging: "a=1", Body: "1234" });
    await made.put("u/elsewhere", { Tagging, Body: "1234" });
    midnights(2);
    expect(await made.contents()).to.deep.equal([
      "t/one-tag=STANDARD",
      "t/six=STANDARD",
      "t/three=STANDARD",
      "u/elsewhere=STANDARD",
    ]);
    await s3.send(
      new PutObjectTaggingCommand({
        Bucket: made.Bucket,
        Key: "t/one-tag",
        Tagging: {
          TagSet: [
            { Key: "a", Value: "1" },
            { Key: "b", Value: "2" },
          ],
        },
      }),
    );
    midnights(1);
    expect(await made.contents()).to.not.include("t/one-tag=STANDARD");
  });

  it("removes noncurrent versions by the age of their successor, as the User Guide's example", async () => {
    const made = await bucket({ versioning: "Enabled" });
    await made.rules([{ NoncurrentVersionExpiration: { NoncurrentDays: 5 } }]);
    await made.put("photo.gif");
    midnights(1);
    await s3.send(new DeleteObjectCommand({ Bucket: made.Bucket, Key: "photo.gif" }));
    midnights(5);
    expect(await made.contents()).to.deep.equal(["photo.gif=marker", "-photo.gif=STANDARD"]);
    advance(12 * HOUR_MS - 1);
    expect(await made.contents()).to.have.length(2);
    advance(1);
    expect(await made.contents()).to.deep.equal(["photo.gif=marker"]);
  });

  it("takes noncurrent delete markers for objects of no bytes, as the User Guide's example", async () => {
    const made = await bucket({ versioning: "Enabled" });
    await made.rules([
      {
        Filter: { ObjectSizeLessThan: 1 },
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
    ]);
    await made.put("a");
    advance(1000);
    await s3.send(new DeleteObjectCommand({ Bucket: made.Bucket, Key: "a" }));
    advance(1000);
    await made.put("a");
    expect(await made.contents()).to.deep.equal(["a=STANDARD", "-a=marker", "-a=STANDARD"]);
    midnights(2);
    expect(await made.contents()).to.deep.equal(["a=STANDARD", "-a=STANDARD"]);
  });

  it("keeps the newer noncurrent versions that a rule asks for", async () => {
    const made = await bucket({ versioning: "Enabled" });
    await made.rules([
      { NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 } },
    ]);
    const bodies = ["1", "2", "3", "4", "5"];
    for (const Body of bodies) {
      await made.put("a", { Body });
      advance(1000);
    }
    midnights(3);
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: made.Bucket }));
    expect(Versions).to.have.length(3);
    await made.put("a", { Body: "6" });
    midnights(2);
    expect(await made.contents()).to.have.length(3);
  });

  it("removes a lone delete marker where a rule asks for it, one day after what it hid", async () => {
    const made = await bucket({ versioning: "Enabled" });
    await made.rules([
      {
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        Expiration: { ExpiredObjectDeleteMarker: true },
      },
    ]);
    const { Expiration } = await made.put("a");
    expect(Expiration).to.equal(undefined);
    await s3.send(new DeleteObjectCommand({ Bucket: made.Bucket, Key: "a" }));
    midnights(2);
    expect(await made.contents()).to.deep.equal(["a=marker"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal([]);
  });

  it("removes a lone delete marker that is as old as a rule lets objects get", async () => {
    const made = await bucket({ versioning: "Enabled" });
    await s3.send(new DeleteObjectCommand({ Bucket: made.Bucket, Key: "a" }));
    await s3.send(new DeleteObjectCommand({ Bucket: made.Bucket, Key: "tagged/a" }));
    await made.rules([
      { Filter: { Prefix: "a" }, Expiration: { Days: 4 } },
      { Filter: { Tag: { Key: "x", Value: "y" } }, Expiration: { Days: 1 } },
    ]);
    midnights(4);
    expect(await made.contents()).to.deep.equal(["a=marker", "tagged/a=marker"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal(["tagged/a=marker"]);
  });

  it("never removes a locked version, and does as soon as the lock is over", async () => {
    const made = await bucket({ lock: true });
    await made.rules([
      { Expiration: { Days: 1 }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    ]);
    const retainUntil = new Date((Math.floor(now() / DAY_MS) + 10) * DAY_MS + HOUR_MS);
    await made.put("retained", {
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: retainUntil,
    });
    const { VersionId } = await made.put("held", { ObjectLockLegalHoldStatus: "ON" });
    midnights(10);
    expect(await made.contents()).to.deep.equal([
      "held=marker",
      "-held=STANDARD",
      "retained=marker",
      "-retained=STANDARD",
    ]);
    midnights(1);
    expect(await made.contents()).to.not.include("-retained=STANDARD");
    midnights(100);
    expect(await made.contents()).to.include("-held=STANDARD");
    await s3.send(
      new PutObjectLegalHoldCommand({
        Bucket: made.Bucket,
        Key: "held",
        VersionId,
        LegalHold: { Status: "OFF" },
      }),
    );
    midnights(1);
    expect(await made.contents()).to.not.include("-held=STANDARD");
  });

  it("gives up unfinished multipart uploads, and says when", async () => {
    const made = await bucket();
    await made.rules([
      {
        Filter: { Prefix: "big/" },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
      },
    ]);
    const begin = (Key: string) =>
      s3.send(new CreateMultipartUploadCommand({ Bucket: made.Bucket, Key }));
    const upload = await begin("big/a");
    const other = await begin("small/a");
    const dueEpochMs = (Math.floor(now() / DAY_MS) + 3) * DAY_MS;
    expect(upload.AbortDate?.getTime()).to.equal(dueEpochMs);
    expect(upload.AbortRuleId).to.equal("rule-1");
    expect(other).to.not.have.property("AbortDate");
    const parts = await s3.send(
      new ListPartsCommand({ Bucket: made.Bucket, Key: "big/a", UploadId: upload.UploadId }),
    );
    expect(parts.AbortDate?.getTime()).to.equal(dueEpochMs);
    const keys = async () => {
      const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: made.Bucket }));
      return Uploads?.map((one) => one.Key);
    };
    advance(dueEpochMs - now() - 1);
    expect(await keys()).to.deep.equal(["big/a", "small/a"]);
    advance(1);
    expect(await keys()).to.deep.equal(["small/a"]);
  });

  it("shows no expiration of a named version, current or not", async () => {
    const made = await bucket({ versioning: "Enabled" });
    await made.rules([{ Expiration: { Days: 1 } }]);
    const older = await made.put("a");
    const newer = await made.put("a");
    const target = { Bucket: made.Bucket, Key: "a" };
    const current = await s3.send(new HeadObjectCommand(target));
    expect(current.Expiration).to.match(/^expiry-date=/);
    for (const { VersionId } of [older, newer]) {
      const named = await s3.send(new HeadObjectCommand({ ...target, VersionId }));
      expect(named.Expiration).to.equal(undefined);
    }
  });

  it("does nothing any more once the configuration is taken away", async () => {
    const made = await bucket();
    await made.rules([{ Expiration: { Days: 1 } }]);
    await made.put("a");
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket: made.Bucket }));
    midnights(5);
    expect(await made.contents()).to.deep.equal(["a=STANDARD"]);
    const failure = await failureOf(
      s3.send(new HeadObjectCommand({ Bucket: made.Bucket, Key: "b" })),
    );
    expect(failure.status).to.equal(404);
  });

  it("passes over more keys than fit one slice, and lets the clock come to rest", async () => {
    const made = await bucket();
    await made.rules([{ Expiration: { Days: 1 } }]);
    const { world } = sandbox();
    const { accountId, region } = sandbox().account("source");
    for (let index = 0; index < 2500; index++) {
      world.invoke({
        service: "s3",
        operation: "PutObject",
        input: { Bucket: made.Bucket, Key: `k${index}`, Body: Buffer.from("body") },
        principal: world.iam.root(accountId),
        region,
      });
    }
    const atEpochMs = now();
    sandbox().clock.runUntilIdle();
    expect(now()).to.equal(atEpochMs);
    midnights(2);
    expect(world.s3.bucket(made.Bucket).objects.keyCount).to.equal(0);
  });
});
