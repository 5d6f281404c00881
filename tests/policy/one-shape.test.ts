import { expect } from "chai";
import { inOneShape } from "../../policy/program/one-shape";
import { type PropertyRecord, UNKNOWN } from "../../policy/values";
import { bucket, resource } from "./resources";

const bucketV2 = (props: PropertyRecord): PropertyRecord =>
  inOneShape(resource("aws:s3/bucketV2:BucketV2", "a", props)).props;

describe("inOneShape", () => {
  it("lets be what has that shape already", () => {
    const plain = bucket("a", { versionings: [], filters: [{ prefix: "x" }] });
    expect(inOneShape(plain)).to.equal(plain);
  });

  it("puts what AWS answered in the place of inputs where a resource is only looked up", () => {
    const outputs = { bucket: "a", versioning: { enabled: true } };
    const read = bucket("a", {}, { isRead: true, outputs });
    expect(inOneShape(read)).to.deep.equal({ ...read, props: outputs });
    const untold = bucket("a", {}, { isRead: true });
    expect(inOneShape(untold)).to.equal(untold);
    const made = bucket("a", {}, { outputs });
    expect(inOneShape(made)).to.equal(made);
  });

  it("names blocks in the singular, at every depth, and leaves empty ones out", () => {
    expect(
      bucketV2({
        bucket: "a",
        corsRules: [],
        loggings: [],
        lifecycleRules: [{ id: "x", expirations: [{ days: 1 }], transitions: [] }],
        versionings: [{ enabled: true }],
      }),
    ).to.deep.equal({
      bucket: "a",
      corsRules: [],
      lifecycleRules: [{ id: "x", expiration: [{ days: 1 }], transitions: [] }],
      versioning: [{ enabled: true }],
    });
    expect(bucketV2({ versionings: UNKNOWN })).to.deep.equal({ versioning: UNKNOWN });
  });

  it("takes the rule of a lock out of its list", () => {
    const lockOf = (lock: PropertyRecord | typeof UNKNOWN) =>
      bucketV2({ objectLockConfiguration: lock });
    expect(lockOf({ rules: [{ defaultRetentions: [{ days: 1 }] }] })).to.deep.equal({
      objectLockConfiguration: { rule: [{ defaultRetention: [{ days: 1 }] }] },
    });
    expect(lockOf({ objectLockEnabled: "Enabled" })).to.deep.equal({
      objectLockConfiguration: { objectLockEnabled: "Enabled" },
    });
    expect(lockOf(UNKNOWN)).to.deep.equal({ objectLockConfiguration: UNKNOWN });
  });
});
