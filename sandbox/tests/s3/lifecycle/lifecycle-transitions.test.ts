import {
  PutObjectTaggingCommand,
  type BucketVersioningStatus,
  type S3Client,
  type StorageClass,
  type TransitionStorageClass,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../../helpers/sandbox";
import { canTransition } from "../../../src/lifecycle/storage-classes";
import { DAY_MS, LifecycleBucket, MOVABLE } from "./lifecycle-fixture";

describe("S3 lifecycle: transitions", () => {
  const sandbox = useSandboxWithManualClock();
  let s3: S3Client;
  let count = 0;

  before(() => {
    s3 = sandbox().s3("source");
  });

  const midnights = (number: number): void => sandbox().clock.advance(number * DAY_MS);
  const bucket = (versioning?: BucketVersioningStatus) =>
    LifecycleBucket.create(s3, `moving-${++count}`, { versioning });

  it("tiers an object down as it ages, then expires it", async () => {
    const made = await bucket();
    await made.rules([
      {
        Transitions: [
          { Days: 30, StorageClass: "STANDARD_IA" },
          { Days: 90, StorageClass: "GLACIER" },
        ],
        Expiration: { Days: 365 },
      },
    ]);
    await made.put("a", { Body: MOVABLE });
    midnights(30);
    expect(await made.contents()).to.deep.equal(["a=STANDARD"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal(["a=STANDARD_IA"]);
    midnights(60);
    expect(await made.contents()).to.deep.equal(["a=GLACIER"]);
    midnights(274);
    expect(await made.contents()).to.deep.equal(["a=GLACIER"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal([]);
  });

  it("archives at the first midnight with 0 days", async () => {
    const made = await bucket();
    await made.rules([{ Transitions: [{ Days: 0, StorageClass: "GLACIER" }] }]);
    await made.put("a", { Body: MOVABLE });
    midnights(1);
    expect(await made.contents()).to.deep.equal(["a=GLACIER"]);
  });

  it("leaves small objects where they are unless the rule has size bounds of its own", async () => {
    const small = { Body: MOVABLE.subarray(1) };
    const byDefault = await bucket();
    await byDefault.rules([{ Transitions: [{ Days: 0, StorageClass: "GLACIER" }] }]);
    const byClass = await bucket();
    await byClass.rules(
      [
        { Filter: { Prefix: "ia" }, Transitions: [{ Days: 30, StorageClass: "STANDARD_IA" }] },
        { Filter: { Prefix: "gl" }, Transitions: [{ Days: 0, StorageClass: "GLACIER" }] },
      ],
      "varies_by_storage_class",
    );
    const byRule = await bucket();
    await byRule.rules([
      {
        Filter: { ObjectSizeGreaterThan: 1 },
        Transitions: [{ Days: 0, StorageClass: "INTELLIGENT_TIERING" }],
      },
    ]);
    await byDefault.put("a", small);
    await byClass.put("ia", small);
    await byClass.put("gl", small);
    await byRule.put("a", small);
    midnights(40);
    expect(await byDefault.contents()).to.deep.equal(["a=STANDARD"]);
    expect(await byClass.contents()).to.deep.equal(["gl=GLACIER", "ia=STANDARD"]);
    expect(await byRule.contents()).to.deep.equal(["a=INTELLIGENT_TIERING"]);
  });

  const contests: { wishes: TransitionStorageClass[]; wins: StorageClass }[] = [
    { wishes: ["GLACIER", "STANDARD_IA"], wins: "GLACIER" },
    { wishes: ["STANDARD_IA", "INTELLIGENT_TIERING"], wins: "INTELLIGENT_TIERING" },
    { wishes: ["GLACIER_IR", "INTELLIGENT_TIERING"], wins: "INTELLIGENT_TIERING" },
    { wishes: ["INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER"], wins: "DEEP_ARCHIVE" },
  ];
  for (const { wishes, wins } of contests) {
    it(`of ${wishes.join(", ")} on one day takes ${wins}`, async () => {
      const made = await bucket();
      await made.rules(
        wishes.map((StorageClass) => ({ Transitions: [{ Days: 30, StorageClass }] })),
      );
      await made.put("a", { Body: MOVABLE });
      midnights(31);
      expect(await made.contents()).to.deep.equal([`a=${wins}`]);
    });
  }

  it("goes down the waterfall only", () => {
    expect(canTransition("STANDARD", "GLACIER_IR")).to.equal(true);
    expect(canTransition("STANDARD_IA", "INTELLIGENT_TIERING")).to.equal(true);
    expect(canTransition("INTELLIGENT_TIERING", "STANDARD_IA")).to.equal(false);
    expect(canTransition("ONEZONE_IA", "GLACIER_IR")).to.equal(false);
    expect(canTransition("ONEZONE_IA", "GLACIER")).to.equal(true);
    expect(canTransition("GLACIER", "DEEP_ARCHIVE")).to.equal(true);
    expect(canTransition("DEEP_ARCHIVE", "GLACIER")).to.equal(false);
    expect(canTransition("STANDARD", "STANDARD")).to.equal(false);
  });

  it("deletes for good rather than moves on the same day", async () => {
    const made = await bucket();
    await made.rules([
      { Expiration: { Days: 30 } },
      { Transitions: [{ Days: 30, StorageClass: "STANDARD_IA" }] },
    ]);
    await made.put("a", { Body: MOVABLE });
    midnights(31);
    expect(await made.contents()).to.deep.equal([]);
  });

  it("moves before it puts a delete marker on top, which follows the next day", async () => {
    const made = await bucket("Enabled");
    await made.rules([
      { Expiration: { Days: 30 } },
      { Transitions: [{ Days: 30, StorageClass: "STANDARD_IA" }] },
    ]);
    await made.put("a", { Body: MOVABLE });
    midnights(31);
    expect(await made.contents()).to.deep.equal(["a=STANDARD_IA"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal(["a=marker", "-a=STANDARD_IA"]);
  });

  it("moves noncurrent versions by their own rules, and keeps newer ones as it is told", async () => {
    const made = await bucket("Enabled");
    await made.rules([
      {
        NoncurrentVersionTransitions: [
          { NoncurrentDays: 1, NewerNoncurrentVersions: 1, StorageClass: "GLACIER" },
        ],
      },
    ]);
    for (let index = 0; index < 3; index++) {
      await made.put("a", { Body: MOVABLE });
      sandbox().clock.advance(1000);
    }
    midnights(1);
    expect(await made.contents()).to.deep.equal(["a=STANDARD", "-a=STANDARD", "-a=STANDARD"]);
    midnights(1);
    expect(await made.contents()).to.deep.equal(["a=STANDARD", "-a=STANDARD", "-a=GLACIER"]);
  });

  it("moves a version once the tag that a rule asks for is there", async () => {
    const made = await bucket();
    await made.rules([
      {
        Filter: { Tag: { Key: "cold", Value: "yes" } },
        Transitions: [{ Days: 0, StorageClass: "DEEP_ARCHIVE" }],
      },
    ]);
    await made.put("a", { Body: MOVABLE });
    midnights(3);
    expect(await made.contents()).to.deep.equal(["a=STANDARD"]);
    await s3.send(
      new PutObjectTaggingCommand({
        Bucket: made.Bucket,
        Key: "a",
        Tagging: { TagSet: [{ Key: "cold", Value: "yes" }] },
      }),
    );
    midnights(1);
    expect(await made.contents()).to.deep.equal(["a=DEEP_ARCHIVE"]);
  });
});
