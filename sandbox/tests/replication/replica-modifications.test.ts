import { expect } from "chai";
import { BatchFixture, generator } from "../batch/fixture";
import {
  allow,
  DAY_MS,
  deny,
  REPLICATION_ROLE,
  replicationStatements,
  rule,
  SECOND,
  SECOND_BUCKET,
  SOURCE,
  SOURCE_BUCKET,
  VAULT_BUCKET,
  vaultPolicy,
} from "./fixture";

/**
 * What a replica sends on: changes made to it, where a rule asks for that, and itself with a job. Its status shows the former.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
 */
describe("a replica in the source bucket", () => {
  const shown = (fixture: BatchFixture) =>
    fixture.call(SOURCE, "s3", "HeadObject", { Bucket: SOURCE_BUCKET, Key: "a" }).ReplicationStatus;

  /** A version of another bucket, replicated to the source bucket, from where a rule for modifications leads to the vault. */
  function made(): BatchFixture {
    const fixture = new BatchFixture();
    fixture.bucket(SOURCE, "first");
    const both = ["arn:aws:s3:::first", "arn:aws:s3:::first/*"];
    fixture.rolePolicy(REPLICATION_ROLE, [
      ...replicationStatements([VAULT_BUCKET, SOURCE_BUCKET]),
      allow("s3:*", both),
    ]);
    fixture.rulesOf("first", rule({ Destination: { Bucket: `arn:aws:s3:::${SOURCE_BUCKET}` } }));
    fixture.rules(
      rule({ SourceSelectionCriteria: { ReplicaModifications: { Status: "Enabled" } } }),
    );
    const put = { Bucket: "first", Key: "a", Body: Buffer.from("a") };
    fixture.call(SOURCE, "s3", "PutObject", put);
    fixture.settle();
    expect(shown(fixture)).to.equal("REPLICA");
    return fixture;
  }

  const tag = (fixture: BatchFixture) =>
    fixture.call(SOURCE, "s3", "PutObjectTagging", {
      Bucket: SOURCE_BUCKET,
      Key: "a",
      Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
    });

  it("shows PENDING while a change of it is on its way, and FAILED when it did not arrive", () => {
    const fixture = made();
    tag(fixture);
    expect(shown(fixture)).to.equal("PENDING");
    fixture.settle();
    // The vault has no such version.
    expect(fixture.failureCode(fixture.current(SOURCE_BUCKET, "a"))).to.equal("DstVersionNotFound");
    expect(shown(fixture)).to.equal("FAILED");
  });

  it("is passed on by a job, and then its changes are; neither makes it less a replica", () => {
    const fixture = made();
    fixture.run();
    const replica = fixture.replica(fixture.current(SOURCE_BUCKET, "a"));
    expect(replica?.replicationStatus).to.equal("REPLICA");
    expect(shown(fixture)).to.equal("REPLICA");
    tag(fixture);
    fixture.settle();
    expect(replica?.tags?.get("keep")).to.equal("yes");
    expect(shown(fixture)).to.equal("REPLICA");
  });

  it("shows REPLICA also when a job could not pass it on", () => {
    const fixture = made();
    fixture.rolePolicy(REPLICATION_ROLE, [
      ...replicationStatements(),
      deny("s3:ReplicateObject", `arn:aws:s3:::${VAULT_BUCKET}/*`),
    ]);
    fixture.run();
    const version = fixture.current(SOURCE_BUCKET, "a");
    expect(fixture.failureCode(version)).to.equal("DstPutObjectNotPermitted");
    expect(shown(fixture)).to.equal("REPLICA");
  });
});

/** Versions from before versioning all have the id `null`, at either side. */
describe("a version under the id null", () => {
  /** A bucket with `a` as it was before versioning. */
  function before(fixture: BatchFixture, account: typeof SOURCE, Bucket: string): void {
    fixture.call(account, "s3", "CreateBucket", {
      Bucket,
      CreateBucketConfiguration:
        account === SECOND ? undefined : { LocationConstraint: account.region },
    });
    const put = { Bucket, Key: "a", Body: Buffer.from(Bucket) };
    fixture.call(account, "s3", "PutObject", put);
    fixture.call(account, "s3", "PutBucketVersioning", {
      Bucket,
      VersioningConfiguration: { Status: "Enabled" },
    });
  }

  /** From `old` to the third account's bucket, by a job. */
  function made(): BatchFixture {
    const fixture = new BatchFixture();
    before(fixture, SOURCE, "old");
    before(fixture, SECOND, SECOND_BUCKET);
    fixture.bucketPolicy(SECOND, SECOND_BUCKET, vaultPolicy(SECOND_BUCKET));
    const all = allow("s3:*", ["arn:aws:s3:::old", "arn:aws:s3:::old/*"]);
    fixture.rolePolicy(REPLICATION_ROLE, [...replicationStatements([SECOND_BUCKET]), all]);
    fixture.rolePolicy(`arn:aws:iam::${SOURCE.accountId}:role/batch`, [
      allow(["s3:PutObject", "s3:GetObject*"], "arn:aws:s3:::acme-operations/*"),
      all,
    ]);
    fixture.rulesOf("old", rule({ Destination: { Bucket: `arn:aws:s3:::${SECOND_BUCKET}` } }));
    return fixture;
  }

  function run(fixture: BatchFixture) {
    fixture.run({ ManifestGenerator: generator({}, { SourceBucket: "arn:aws:s3:::old" }) });
    const sent = fixture.current("old", "a");
    return {
      code: fixture.failureCode(sent, SECOND_BUCKET),
      body: String(fixture.current(SECOND_BUCKET, "a").body),
    };
  }

  it("takes the place of the one that is at the destination", () => {
    expect(run(made())).to.deep.equal({ code: undefined, body: "old" });
  });

  it("is refused where that one is locked, until the lock has run out", () => {
    const fixture = made();
    fixture.call(SECOND, "s3", "PutObjectLockConfiguration", {
      Bucket: SECOND_BUCKET,
      ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
    });
    const until = new Date(fixture.clock.nowEpochMs() + DAY_MS);
    fixture.call(SECOND, "s3", "PutObjectRetention", {
      Bucket: SECOND_BUCKET,
      Key: "a",
      Retention: { Mode: "GOVERNANCE", RetainUntilDate: until },
    });
    expect(run(fixture)).to.deep.equal({ code: "DstPutObjectNotPermitted", body: SECOND_BUCKET });
    fixture.clock.advance(DAY_MS);
    expect(run(fixture)).to.deep.equal({ code: undefined, body: "old" });
  });

  it("is not sent again once it is there", () => {
    const fixture = made();
    run(fixture);
    const replica = fixture.current(SECOND_BUCKET, "a");
    expect(replica.replicationStatus).to.equal("REPLICA");
    expect(run(fixture).code).to.equal(undefined);
    expect(fixture.current(SECOND_BUCKET, "a")).to.equal(replica);
  });
});
