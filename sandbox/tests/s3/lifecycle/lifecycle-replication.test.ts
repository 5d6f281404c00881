import { expect } from "chai";
import {
  DAY_MS,
  REPLICATION_ROLE,
  ReplicationFixture,
  replicationStatements,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
} from "../../replication/fixture";

/** Between the two engines there is no HTTP: these tests call in-process. */
describe("S3 lifecycle beside replication", () => {
  function lifecycle(fixture: ReplicationFixture, account: typeof SOURCE, Bucket: string): void {
    fixture.call(account, "s3", "PutBucketLifecycleConfiguration", {
      Bucket,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: "short",
            Status: "Enabled",
            Filter: {},
            Expiration: { Days: 1 },
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          },
        ],
      },
    });
  }

  const kinds = (fixture: ReplicationFixture, bucketName: string, key = "a"): string[] =>
    fixture.world.s3
      .bucket(bucketName)
      .objects.versions(key)
      .map((version) => (version.isDeleteMarker ? "marker" : "object"));

  it("does not replicate the delete markers that it makes", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rules(rule({ DeleteMarkerReplication: { Status: "Enabled" } }));
    lifecycle(fixture, SOURCE, SOURCE_BUCKET);
    fixture.put("a");
    fixture.clock.advance(2 * DAY_MS);
    expect(kinds(fixture, SOURCE_BUCKET)).to.deep.equal(["marker", "object"]);
    expect(fixture.current(SOURCE_BUCKET, "a").replicationStatus).to.equal(undefined);
    expect(kinds(fixture, VAULT_BUCKET)).to.deep.equal(["object"]);
  });

  it("waits while a version is PENDING", () => {
    const fixture = new ReplicationFixture({ replicationDelayMs: 5 * DAY_MS }).twoAccounts();
    fixture.rules(rule());
    lifecycle(fixture, SOURCE, SOURCE_BUCKET);
    const version = fixture.put("a");
    fixture.clock.advance(5 * DAY_MS - 1);
    expect(version.replicationStatus).to.equal("PENDING");
    expect(kinds(fixture, SOURCE_BUCKET)).to.deep.equal(["object"]);
    fixture.clock.advance(DAY_MS);
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(kinds(fixture, SOURCE_BUCKET)).to.deep.equal(["marker", "object"]);
  });

  it("waits while a version is FAILED, until a batch job has brought it over", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.rolePolicy(
      REPLICATION_ROLE,
      replicationStatements([VAULT_BUCKET], ["s3:ReplicateObject"]),
    );
    fixture.rules(rule());
    lifecycle(fixture, SOURCE, SOURCE_BUCKET);
    const version = fixture.put("a");
    fixture.clock.advance(30 * DAY_MS);
    expect(version.replicationStatus).to.equal("FAILED");
    expect(kinds(fixture, SOURCE_BUCKET)).to.deep.equal(["object"]);
    fixture.rolePolicy(REPLICATION_ROLE, replicationStatements());
    const { world } = fixture;
    const source = world.s3.bucket(SOURCE_BUCKET);
    world.replication.initiate(source, version, world.replication.openSessions());
    fixture.clock.advance(DAY_MS);
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(kinds(fixture, SOURCE_BUCKET)).to.deep.equal(["marker", "object"]);
  });

  it("counts a replica's age from its source's date, and leaves locked replicas alone", () => {
    const fixture = new ReplicationFixture().twoAccounts({ vaultLockDays: 30 });
    fixture.rules(rule());
    lifecycle(fixture, VAULT, VAULT_BUCKET);
    fixture.put("a");
    fixture.clock.advance(2 * DAY_MS);
    expect(kinds(fixture, VAULT_BUCKET)).to.deep.equal(["marker", "object"]);
    fixture.clock.advance(27 * DAY_MS);
    expect(kinds(fixture, VAULT_BUCKET)).to.deep.equal(["marker", "object"]);
    // The last version below goes with its retention; on the day after that, so does the marker.
    fixture.clock.advance(3 * DAY_MS);
    expect(kinds(fixture, VAULT_BUCKET)).to.deep.equal([]);
  });
});
