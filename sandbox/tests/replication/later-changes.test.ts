import { createHash } from "node:crypto";
import { expect } from "chai";
import {
  allow,
  DAY_MS,
  ReplicationFixture,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
  vaultPolicy,
} from "./fixture";
import type { Statement } from "./fixture";
import { KmsFixture } from "./kms-fixture";

/**
 * Changes of what was replicated, and what the vault's policy can ask of them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-for-metadata-changes.html
 */
const OBJECT = { Bucket: SOURCE_BUCKET, Key: "a" };
const VAULT_OBJECTS = `arn:aws:s3:::${VAULT_BUCKET}/*`;

/** A locked source and a vault, with a version that was replicated. */
function replicated() {
  const fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
  fixture.rules(rule());
  const version = fixture.put("a");
  fixture.settle();
  return { fixture, version };
}

const tag = (fixture: ReplicationFixture) =>
  fixture.call(SOURCE, "s3", "PutObjectTagging", {
    ...OBJECT,
    Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
  });
const retain = (fixture: ReplicationFixture, Mode: string, untilEpochMs: number) =>
  fixture.call(SOURCE, "s3", "PutObjectRetention", {
    ...OBJECT,
    Retention: { Mode, RetainUntilDate: new Date(untilEpochMs) },
  });
const hold = (fixture: ReplicationFixture, Status: "ON" | "OFF") =>
  fixture.call(SOURCE, "s3", "PutObjectLegalHold", { ...OBJECT, LegalHold: { Status } });

function vaultAlso(fixture: ReplicationFixture, ...statements: Statement[]): void {
  const policy = vaultPolicy(VAULT_BUCKET);
  const Statement = [...policy.Statement, ...statements];
  fixture.bucketPolicy(VAULT, VAULT_BUCKET, { ...policy, Statement });
}

const refuse = (Action: string, Condition?: object): Statement => ({
  Effect: "Deny",
  Principal: "*",
  Action,
  Resource: VAULT_OBJECTS,
  ...(Condition === undefined ? {} : { Condition }),
});

describe("a later change of a replicated version", () => {
  const changes = {
    tags: tag,
    hold: (fixture: ReplicationFixture) => hold(fixture, "ON"),
    retention: (fixture: ReplicationFixture) =>
      retain(fixture, "GOVERNANCE", fixture.clock.nowEpochMs() + 90 * DAY_MS),
  };
  /** The code that a change fails with, undefined when it arrives. */
  const outcome = (
    change: keyof typeof changes,
    prepare: (fixture: ReplicationFixture) => void,
  ) => {
    const { fixture, version } = replicated();
    prepare(fixture);
    changes[change](fixture);
    fixture.settle();
    return fixture.failureCode(version);
  };
  const lacking =
    (...actions: string[]) =>
    (fixture: ReplicationFixture) =>
      fixture.rolePolicy(REPLICATION_ROLE, replicationStatements([VAULT_BUCKET], actions));

  for (const change of ["tags", "hold", "retention"] as const) {
    it(`of its ${change} needs the role, and the source as a copy does`, () => {
      const trust = (fixture: ReplicationFixture) => fixture.trust("ec2.amazonaws.com");
      expect(outcome(change, trust)).to.equal("AssumeRoleNotPermitted");
      expect(outcome(change, lacking("s3:ListBucket"))).to.equal("SrcHeadObjectNotPermitted");
      expect(outcome(change, lacking("s3:GetObjectVersionAcl"))).to.equal("SrcGetAclNotPermitted");
      expect(outcome(change, lacking())).to.equal(undefined);
    });
  }

  it("needs s3:ReplicateObject, which covers tags as s3:ReplicateTags does", () => {
    expect(outcome("retention", lacking("s3:ReplicateObject"))).to.equal(
      "DstPutRetentionNotPermitted",
    );
    expect(outcome("hold", lacking("s3:ReplicateObject"))).to.equal("DstPutLegalHoldNotPermitted");
    expect(outcome("tags", lacking("s3:ReplicateTags"))).to.equal(undefined);
    expect(outcome("tags", lacking("s3:ReplicateObject"))).to.equal(undefined);
    expect(outcome("tags", lacking("s3:ReplicateObject", "s3:ReplicateTags"))).to.equal(
      "DstPutTaggingNotPermitted",
    );
  });

  it("takes no hold off where the vault's policy refuses it, and puts it", () => {
    const { fixture, version } = replicated();
    const off = { StringEquals: { "s3:object-lock-legal-hold": "OFF" } };
    vaultAlso(fixture, refuse("s3:PutObjectLegalHold", off));
    hold(fixture, "ON");
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.legalHold).to.equal(true);
    hold(fixture, "OFF");
    fixture.settle();
    expect(fixture.failureCode(version)).to.equal("DstPutLegalHoldNotPermitted");
    expect(fixture.replica(version)?.legalHold).to.equal(true);
  });

  it("retains no longer than the vault's policy lets it", () => {
    const limit = { NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "40" } };
    for (const action of ["s3:ReplicateObject", "s3:PutObjectRetention"]) {
      const { fixture, version } = replicated();
      vaultAlso(fixture, refuse(action, limit));
      const now = fixture.clock.nowEpochMs();
      retain(fixture, "GOVERNANCE", now + 39 * DAY_MS);
      fixture.settle();
      expect(fixture.replica(version)?.retention?.retainUntilEpochMs).to.equal(now + 39 * DAY_MS);
      retain(fixture, "GOVERNANCE", now + 50 * DAY_MS);
      fixture.settle();
      expect(fixture.failureCode(version), action).to.equal("DstPutRetentionNotPermitted");
      expect(fixture.replica(version)?.retention?.retainUntilEpochMs).to.equal(now + 39 * DAY_MS);
    }
  });

  it("makes a lock stricter to the same day, and not to an earlier one", () => {
    for (const [shorterMs, mode] of [
      [0, "COMPLIANCE"],
      [1000, "GOVERNANCE"],
    ] as const) {
      const { fixture, version } = replicated();
      const until = fixture.replica(version)?.retention?.retainUntilEpochMs ?? 0;
      retain(fixture, "COMPLIANCE", until - shorterMs);
      fixture.settle();
      expect(fixture.replica(version)?.retention).to.deep.equal({
        mode,
        retainUntilEpochMs: until,
      });
    }
  });

  it("takes no lock away, and weakens none of another mode", () => {
    const { fixture, version } = replicated();
    const until = fixture.replica(version)?.retention?.retainUntilEpochMs;
    retain(fixture, "GOVERNANCE", fixture.clock.nowEpochMs() + 40 * DAY_MS);
    fixture.settle();
    const locked = fixture.replica(version)?.retention;
    expect(locked?.retainUntilEpochMs).to.be.greaterThan(until ?? Infinity);
    const taken = { ...OBJECT, Retention: {}, BypassGovernanceRetention: true };
    fixture.call(SOURCE, "s3", "PutObjectRetention", taken);
    expect(version.retention).to.equal(undefined);
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.retention).to.deep.equal(locked);

    fixture.call(VAULT, "s3", "PutObjectLockConfiguration", {
      Bucket: VAULT_BUCKET,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 30 } },
      },
    });
    const strict = fixture.put("a", "again");
    fixture.settle();
    const { retention } = fixture.current(VAULT_BUCKET, "a");
    retain(fixture, "GOVERNANCE", fixture.clock.nowEpochMs() + 60 * DAY_MS);
    fixture.settle();
    expect(fixture.failureCode(strict)).to.equal("DstPutRetentionNotPermitted");
    expect(fixture.replica(strict)?.retention).to.deep.equal(retention);
  });

  it("locks a replica that had no lock", () => {
    const fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
    fixture.call(VAULT, "s3", "PutObjectLockConfiguration", {
      Bucket: VAULT_BUCKET,
      ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
    });
    fixture.rules(rule());
    const version = fixture.put("a");
    fixture.settle();
    expect(fixture.replica(version)?.retention).to.equal(undefined);
    const until = fixture.clock.nowEpochMs() + DAY_MS;
    retain(fixture, "COMPLIANCE", until);
    fixture.settle();
    expect(fixture.replica(version)?.retention).to.deep.equal({
      mode: "COMPLIANCE",
      retainUntilEpochMs: until,
    });
  });

  it("finds a destination as a copy does: DstBucketUnversioned", () => {
    const fixture = new ReplicationFixture().twoAccounts();
    fixture.bucket(VAULT, "plain");
    fixture.bucketPolicy(VAULT, "plain", vaultPolicy("plain"));
    fixture.rolePolicy(REPLICATION_ROLE, replicationStatements(["plain"]));
    fixture.rules(rule({ Destination: { Bucket: "arn:aws:s3:::plain" } }));
    const version = fixture.put("a");
    fixture.settle();
    fixture.call(VAULT, "s3", "PutBucketVersioning", {
      Bucket: "plain",
      VersioningConfiguration: { Status: "Suspended" },
    });
    tag(fixture);
    fixture.settle();
    expect(fixture.failureCode(version, "plain")).to.equal("DstBucketUnversioned");
    expect(fixture.replica(version, "plain")?.tags).to.equal(undefined);
  });

  it("shortens a GOVERNANCE lock only by a role that may bypass it", () => {
    const { fixture, version } = replicated();
    const bypass = allow("s3:BypassGovernanceRetention", VAULT_OBJECTS);
    fixture.rolePolicy(REPLICATION_ROLE, [...replicationStatements(), bypass]);
    vaultAlso(fixture, { ...bypass, Principal: { AWS: REPLICATION_ROLE } });
    const until = fixture.clock.nowEpochMs() + DAY_MS;
    retain(fixture, "GOVERNANCE", until);
    fixture.settle();
    expect(fixture.replica(version)?.retention?.retainUntilEpochMs).to.equal(until);
  });
});

describe("what a vault's policy can ask of s3:ReplicateObject", () => {
  /** The code that a version fails with, undefined when it arrives. */
  const outcome = (
    Condition: object,
    extra: object = {},
    prepare?: (f: ReplicationFixture) => void,
  ) => {
    const fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
    prepare?.(fixture);
    fixture.rules(rule());
    vaultAlso(fixture, refuse("s3:ReplicateObject", Condition));
    const version = fixture.put("a", "a", extra);
    fixture.settle();
    return fixture.failureCode(version);
  };
  const REFUSED = "DstPutObjectNotPermitted";
  const is = (name: string, value: string) => ({ StringEquals: { [name]: value } });
  const absent = (name: string) => ({ Null: { [name]: "true" } });
  const until = new Date(Date.UTC(2027, 0, 1));

  it("is the hold, where the version has or had one", () => {
    const name = "s3:object-lock-legal-hold";
    const held = (ObjectLockLegalHoldStatus: string) => ({ ObjectLockLegalHoldStatus });
    expect(outcome(is(name, "ON"), held("ON"))).to.equal(REFUSED);
    expect(outcome(is(name, "OFF"), held("ON"))).to.equal(undefined);
    expect(outcome(is(name, "OFF"), held("OFF"))).to.equal(REFUSED);
    expect(outcome(is(name, "ON"), held("OFF"))).to.equal(undefined);
    expect(outcome(absent(name))).to.equal(REFUSED);
  });

  it("is the retention, while it is in force", () => {
    const retained = { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: until };
    const date = "s3:object-lock-retain-until-date";
    expect(outcome(is("s3:object-lock-mode", "COMPLIANCE"), retained)).to.equal(REFUSED);
    expect(outcome(is("s3:object-lock-mode", "GOVERNANCE"), retained)).to.equal(undefined);
    expect(outcome({ DateEquals: { [date]: until.toISOString() } }, retained)).to.equal(REFUSED);
    expect(outcome(absent("s3:object-lock-mode"), retained)).to.equal(undefined);
    expect(outcome(absent("s3:object-lock-mode"))).to.equal(REFUSED);
  });

  it("is how the replica will be encrypted", () => {
    const name = "s3:x-amz-server-side-encryption";
    const customer = "s3:x-amz-server-side-encryption-customer-algorithm";
    expect(outcome(is(name, "AES256"))).to.equal(REFUSED);
    expect(outcome(is(name, "aws:kms"))).to.equal(undefined);
    expect(outcome(absent(customer))).to.equal(REFUSED);
    expect(outcome(absent("s3:x-amz-server-side-encryption-aws-kms-key-id"))).to.equal(REFUSED);
    const customerKey = Buffer.alloc(32, 1);
    const own = {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: customerKey.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(customerKey).digest("base64"),
    };
    const open = (fixture: ReplicationFixture) => {
      fixture.allowCustomerKeys(SOURCE, SOURCE_BUCKET);
      fixture.allowCustomerKeys(VAULT, VAULT_BUCKET);
    };
    expect(outcome(is(customer, "AES256"), own, open)).to.equal(REFUSED);
    expect(outcome(absent(name), own, open)).to.equal(REFUSED);
    expect(outcome(is(name, "AES256"), own, open)).to.equal(undefined);
    const half = (fixture: ReplicationFixture) => fixture.allowCustomerKeys(SOURCE, SOURCE_BUCKET);
    expect(outcome(is(name, "aws:kms"), own, half), "blocked at the vault").to.equal(REFUSED);
  });

  it("is the key of the replica", () => {
    const name = "s3:x-amz-server-side-encryption-aws-kms-key-id";
    const fixture = new KmsFixture().mayAll();
    vaultAlso(fixture, refuse("s3:ReplicateObject", is(name, fixture.vaultKey)));
    expect(fixture.outcome()).to.equal(REFUSED);
    vaultAlso(fixture, refuse("s3:ReplicateObject", is(name, fixture.sourceKey)));
    expect(fixture.outcome()).to.equal("COMPLETED");
  });
});

describe("a right that only goes with a part of a version", () => {
  it("is not asked for where the version has no such part", () => {
    const fixture = new ReplicationFixture().twoAccounts({ sourceLocked: true });
    fixture.rules(rule());
    vaultAlso(
      fixture,
      ...["ReplicateTags", "PutObjectRetention", "PutObjectLegalHold", "PutObjectAcl"].map((name) =>
        refuse(`s3:${name}`),
      ),
    );
    const version = fixture.put("a");
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
  });
});
