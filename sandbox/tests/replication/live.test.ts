import { expect } from "chai";
import type { WorldSettings } from "../../src";
import {
  DAY_MS,
  deny,
  ReplicationFixture,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SECOND,
  SECOND_BUCKET,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
  vaultPolicy,
} from "./fixture";

describe("live replication", () => {
  it("carries a new version to another account and Region, with its id, dates and content", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule());
    const version = fixture.put("records/1.txt", "hello", {
      ContentType: "text/plain",
      Metadata: { author: "me" },
    });
    expect(version.replicationStatus).to.equal("PENDING");
    expect(fixture.replica(version)).to.equal(undefined);

    fixture.clock.advance(999);
    expect(version.replicationStatus).to.equal("PENDING");
    fixture.clock.advance(1);
    expect(version.replicationStatus).to.equal("COMPLETED");

    const replica = fixture.replica(version);
    expect(replica).to.include({
      versionId: version.versionId,
      lastModifiedEpochMs: version.lastModifiedEpochMs,
      etag: version.etag,
      sizeBytes: 5,
      contentType: "text/plain",
      replicationStatus: "REPLICA",
      ownerAccountId: VAULT.accountId,
      storageClass: "STANDARD",
    });
    expect(replica?.userMetadata).to.deep.equal({ author: "me" });
    expect(replica?.body.toString()).to.equal("hello");
  });

  it("makes copies in the order of writing, or in one drawn from the seed", () => {
    const keys = Array.from({ length: 20 }, (_, index) => `records/${index}`);
    const arrivals = (settings: Partial<WorldSettings>): string[] => {
      const fixture = new ReplicationFixture(settings).twoAccounts();
      const arrived: string[] = [];
      fixture.world.s3.changes.subscribe((change) => {
        if (change.bucket.name !== VAULT_BUCKET || change.kind !== "created") return;
        arrived.push(change.version.key);
      });
      fixture.rules(rule());
      for (const key of keys) fixture.put(key);
      fixture.settle();
      return arrived;
    };
    expect(arrivals({})).to.deep.equal(keys);
    const shuffled = arrivals({ replicationOrder: "shuffled" });
    expect(shuffled).not.to.deep.equal(keys);
    expect(shuffled).to.have.members(keys);
    expect(arrivals({ replicationOrder: "shuffled" })).to.deep.equal(shuffled);
  });

  it("locks the replica by the vault's default retention, from the moment it is made", () => {
    const fixture = new ReplicationFixture().twoAccounts({ vaultLockDays: 30 });
    fixture.rules(rule());
    const version = fixture.put("a");
    const madeEpochMs = fixture.clock.nowEpochMs() + 1000;
    fixture.settle();
    expect(fixture.replica(version)?.retention).to.deep.equal({
      mode: "GOVERNANCE",
      retainUntilEpochMs: madeEpochMs + 30 * DAY_MS,
    });
  });

  it("keeps the source's own retention and hold before the vault's default", () => {
    const fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
    fixture.rules(rule());
    const until = new Date(fixture.clock.nowEpochMs() + 5 * DAY_MS);
    const version = fixture.put("a", "a", {
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: until,
      ObjectLockLegalHoldStatus: "ON",
    });
    fixture.settle();
    expect(fixture.replica(version)?.retention).to.deep.equal({
      mode: "COMPLIANCE",
      retainUntilEpochMs: until.getTime(),
    });
    expect(fixture.replica(version)?.legalHold).to.equal(true);
  });

  it("does not touch what was there before the rules, nor what no rule matches", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    const before = fixture.put("records/old");
    fixture.rules(rule({ Filter: { Prefix: "records/" } }));
    const outside = fixture.put("other/new");
    const inside = fixture.put("records/new");
    fixture.settle();
    expect(before.replicationStatus).to.equal(undefined);
    expect(outside.replicationStatus).to.equal(undefined);
    expect(inside.replicationStatus).to.equal("COMPLETED");
    expect(fixture.world.s3.bucket(VAULT_BUCKET).objects.versionCount).to.equal(1);
  });

  it("takes the storage class of the rule with the highest priority that matches prefix and tags", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    const to = (storageClass: "STANDARD_IA" | "GLACIER_IR") => ({
      Bucket: `arn:aws:s3:::${VAULT_BUCKET}`,
      StorageClass: storageClass,
    });
    const filter = { And: { Prefix: "records/", Tags: [{ Key: "keep", Value: "yes" }] } };
    fixture.rules(
      rule({ ID: "all", Priority: 1, Destination: to("STANDARD_IA") }),
      rule({ ID: "kept", Priority: 5, Filter: filter, Destination: to("GLACIER_IR") }),
    );
    const kept = fixture.put("records/1", "1", { Tagging: "keep=yes" });
    const plain = fixture.put("records/2", "2");
    fixture.settle();
    expect(fixture.replica(kept)?.storageClass).to.equal("GLACIER_IR");
    expect(fixture.replica(kept)?.tags?.get("keep")).to.equal("yes");
    expect(fixture.replica(plain)?.storageClass).to.equal("STANDARD_IA");
  });

  it("does not carry a version that is tagged later so as to match", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule({ Filter: { Tag: { Key: "keep", Value: "yes" } } }));
    const version = fixture.put("a");
    fixture.call(SOURCE, "s3", "PutObjectTagging", {
      Bucket: SOURCE_BUCKET,
      Key: "a",
      Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
    });
    fixture.settle();
    expect(version.replicationStatus).to.equal(undefined);
  });

  it("leaves tags behind when the role may not read them", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule());
    fixture.rolePolicy(
      REPLICATION_ROLE,
      replicationStatements([VAULT_BUCKET], ["s3:GetObjectVersionTagging"]),
    );
    const version = fixture.put("a", "a", { Tagging: "keep=yes" });
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.tags?.size ?? 0).to.equal(0);
  });

  it("settles each of several vaults, and is FAILED over all when one fails", () => {
    const fixture = new ReplicationFixture().twoAccounts().secondVault();
    fixture.rules(
      rule({ ID: "first" }),
      rule({
        ID: "second",
        Priority: 2,
        Destination: { Bucket: `arn:aws:s3:::${SECOND_BUCKET}`, Account: SECOND.accountId },
      }),
    );
    const failing = fixture.put("a");
    fixture.settle();
    expect(failing.replicationStatus).to.equal("FAILED");
    expect(fixture.replica(failing)).not.to.equal(undefined);
    expect(fixture.replica(failing, SECOND_BUCKET)).to.equal(undefined);
    expect(fixture.failureCode(failing, SECOND_BUCKET)).to.equal("DstPutObjectNotPermitted");
    expect(fixture.failureCode(failing, VAULT_BUCKET)).to.equal(undefined);
    expect(fixture.world.replication.failures).to.have.length(1);
    expect(fixture.world.replication.failures[0]).to.include({
      key: "a",
      ruleId: "second",
      road: "live",
      failureCode: "DstPutObjectNotPermitted",
    });

    fixture.bucketPolicy(SECOND, SECOND_BUCKET, vaultPolicy(SECOND_BUCKET));
    fixture.settle();
    expect(failing.replicationStatus, "FAILED is not tried again").to.equal("FAILED");
    const passing = fixture.put("b");
    fixture.settle();
    expect(passing.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(passing, SECOND_BUCKET)).not.to.equal(undefined);
  });

  it("shows PENDING until the slowest of several vaults has its copy", () => {
    const fixture = new ReplicationFixture({
      replicationDelays: [{ destination: SECOND_BUCKET, key: "slow/*", delayMs: 30_000 }],
    });
    fixture.twoAccounts().secondVault();
    fixture.bucketPolicy(SECOND, SECOND_BUCKET, vaultPolicy(SECOND_BUCKET));
    const Destination = { Bucket: `arn:aws:s3:::${SECOND_BUCKET}` };
    fixture.rules(rule({ ID: "first" }), rule({ ID: "second", Priority: 2, Destination }));
    const slow = fixture.put("slow/a");
    const fast = fixture.put("fast/a");
    fixture.clock.advance(1000);
    expect(fast.replicationStatus).to.equal("COMPLETED");
    expect(slow.replicationStatus).to.equal("PENDING");
    expect(fixture.replica(slow), "at the first vault").not.to.equal(undefined);
    expect(fixture.replica(slow, SECOND_BUCKET)).to.equal(undefined);
    fixture.clock.advance(29_000);
    expect(slow.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(slow, SECOND_BUCKET)).not.to.equal(undefined);
  });

  it("goes on to a vault that was made again in another Region; only jobs expect the one before", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule());
    fixture.call(VAULT, "s3", "DeleteBucket", { Bucket: VAULT_BUCKET });
    const there = { ...VAULT, region: SECOND.region };
    fixture.bucket(there, VAULT_BUCKET, { lockDays: 1 });
    fixture.bucketPolicy(there, VAULT_BUCKET, vaultPolicy(VAULT_BUCKET));
    const version = fixture.put("a");
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    fixture.call(there, "s3", "DeleteObject", {
      Bucket: VAULT_BUCKET,
      Key: "a",
      VersionId: version.versionId,
      BypassGovernanceRetention: true,
    });
    fixture.call(there, "s3", "DeleteBucket", { Bucket: VAULT_BUCKET });
    fixture.bucket(VAULT, VAULT_BUCKET, { lockDays: 1 });
    fixture.bucketPolicy(VAULT, VAULT_BUCKET, vaultPolicy(VAULT_BUCKET));
    const next = fixture.put("a");
    fixture.settle();
    expect(next.replicationStatus, "a Region that copies have been in before").to.equal(
      "COMPLETED",
    );
  });

  it("carries delete markers only where the rule says so, and never a delete by version id", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule());
    const version = fixture.put("a");
    fixture.settle();
    fixture.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: "a" });
    fixture.settle();
    expect(fixture.current(SOURCE_BUCKET, "a").replicationStatus).to.equal(undefined);
    expect(fixture.current(VAULT_BUCKET, "a").isDeleteMarker).to.equal(false);

    fixture.rules(rule({ DeleteMarkerReplication: { Status: "Enabled" } }));
    fixture.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: "a" });
    const marker = fixture.current(SOURCE_BUCKET, "a");
    expect(marker.replicationStatus).to.equal("PENDING");
    fixture.settle();
    expect(marker.replicationStatus).to.equal("COMPLETED");
    expect(fixture.current(VAULT_BUCKET, "a")).to.include({
      versionId: marker.versionId,
      isDeleteMarker: true,
      replicationStatus: "REPLICA",
      retention: undefined,
    });

    const { versionId } = version;
    fixture.call(SOURCE, "s3", "DeleteObject", {
      Bucket: SOURCE_BUCKET,
      Key: "a",
      VersionId: versionId,
    });
    fixture.settle();
    expect(fixture.replica(version)).not.to.equal(undefined);
  });

  it("carries delete markers by a role that may not read the source's objects", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    const lacking = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"];
    fixture.rolePolicy(REPLICATION_ROLE, replicationStatements([VAULT_BUCKET], lacking));
    fixture.rules(rule({ DeleteMarkerReplication: { Status: "Enabled" } }));
    fixture.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: "a" });
    fixture.settle();
    expect(fixture.current(VAULT_BUCKET, "a").isDeleteMarker).to.equal(true);
  });

  it("does not carry archive classes", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule());
    const version = fixture.put("a", "a", { StorageClass: "DEEP_ARCHIVE" });
    expect(version.replicationStatus).to.equal(undefined);
  });

  it("brings later tags, retention and holds to the replica, by way of PENDING", () => {
    const fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
    fixture.rules(rule());
    const version = fixture.put("a");
    fixture.settle();
    const object = { Bucket: SOURCE_BUCKET, Key: "a" };
    fixture.call(SOURCE, "s3", "PutObjectTagging", {
      ...object,
      Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
    });
    expect(version.replicationStatus).to.equal("PENDING");
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.tags?.get("keep")).to.equal("yes");

    const until = new Date(fixture.clock.nowEpochMs() + 90 * DAY_MS);
    fixture.call(SOURCE, "s3", "PutObjectRetention", {
      ...object,
      Retention: { Mode: "GOVERNANCE", RetainUntilDate: until },
    });
    fixture.call(SOURCE, "s3", "PutObjectLegalHold", { ...object, LegalHold: { Status: "ON" } });
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.retention?.retainUntilEpochMs).to.equal(until.getTime());
    expect(fixture.replica(version)?.legalHold).to.equal(true);
  });

  it("brings no later retention, hold or tag that the role is denied to put", () => {
    const later = (right: string, change: (fixture: ReplicationFixture) => void) => {
      const fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
      fixture.rules(rule());
      const version = fixture.put("a");
      fixture.settle();
      const before = fixture.replica(version);
      const was = { ...before };
      fixture.rolePolicy(REPLICATION_ROLE, [
        ...replicationStatements(),
        deny(right, `arn:aws:s3:::${VAULT_BUCKET}/*`),
      ]);
      change(fixture);
      fixture.settle();
      expect(fixture.replica(version)).to.include({
        retention: was.retention,
        legalHold: was.legalHold,
        tags: was.tags,
      });
      return fixture.failureCode(version);
    };
    const object = { Bucket: SOURCE_BUCKET, Key: "a" };
    const retained = later("s3:PutObjectRetention", (fixture) => {
      const RetainUntilDate = new Date(fixture.clock.nowEpochMs() + 90 * DAY_MS);
      const Retention = { Mode: "GOVERNANCE", RetainUntilDate };
      fixture.call(SOURCE, "s3", "PutObjectRetention", { ...object, Retention });
    });
    const held = later("s3:PutObjectLegalHold", (fixture) => {
      fixture.call(SOURCE, "s3", "PutObjectLegalHold", { ...object, LegalHold: { Status: "ON" } });
    });
    const tagged = later("s3:ReplicateTags", (fixture) => {
      const Tagging = { TagSet: [{ Key: "keep", Value: "yes" }] };
      fixture.call(SOURCE, "s3", "PutObjectTagging", { ...object, Tagging });
    });
    expect([retained, held, tagged]).to.deep.equal([
      "DstPutRetentionNotPermitted",
      "DstPutLegalHoldNotPermitted",
      "DstPutTaggingNotPermitted",
    ]);
  });

  it("does not weaken a locked replica when the source is shortened", () => {
    const fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
    fixture.rules(rule());
    const version = fixture.put("a");
    fixture.settle();
    const locked = fixture.replica(version)?.retention;
    fixture.call(SOURCE, "s3", "PutObjectRetention", {
      Bucket: SOURCE_BUCKET,
      Key: "a",
      Retention: {
        Mode: "GOVERNANCE",
        RetainUntilDate: new Date(fixture.clock.nowEpochMs() + DAY_MS),
      },
    });
    fixture.settle();
    expect(fixture.replica(version)?.retention).to.deep.equal(locked);
    expect(version.replicationStatus).to.equal("FAILED");
    expect(fixture.failureCode(version)).to.equal("DstPutRetentionNotPermitted");
  });

  it("follows the rules of the moment of the copy", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule());
    const gone = fixture.put("gone");
    fixture.rules(rule({ Filter: { Prefix: "else/" } }));
    fixture.settle();
    expect(gone.replicationStatus).to.equal("FAILED");
    expect(fixture.failureCode(gone)).to.equal("SrcObjectNotEligible");

    fixture.rules(rule());
    const without = fixture.put("without");
    fixture.call(SOURCE, "s3", "DeleteBucketReplication", { Bucket: SOURCE_BUCKET });
    fixture.settle();
    expect(fixture.failureCode(without)).to.equal("SrcBucketReplicationConfigMissing");
  });

  it("carries thousands of versions without a timer for each", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule());
    for (let index = 0; index < 3000; index++) fixture.put(`many/${index}`, "same");
    expect(fixture.world.replication.pendingCount).to.equal(3000);
    fixture.settle();
    expect(fixture.world.replication.pendingCount).to.equal(0);
    expect(fixture.world.s3.bucket(VAULT_BUCKET).objects.versionCount).to.equal(3000);
  });
});
