import { expect } from "chai";
import { FAILURE_CODES } from "../../src/services/s3/replication/failure-codes";
import type { FailureCode } from "../../src/services/s3/replication/failure-codes";
import type { ObjectVersion } from "../../src/services/s3/store/model";
import { BatchFixture } from "../batch/fixture";
import {
  batchStatements,
  deny,
  REPLICATION_ROLE,
  replicationStatements,
  rule,
  SECOND,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
  vaultPolicy,
} from "./fixture";
import type { TestAccount } from "./fixture";
import { KmsFixture } from "./kms-fixture";

/**
 * Every failure code of S3 Replication, brought about by its real reason. A code without a case does not compile, and
 * fails the first test.
 */

const VAULT_OBJECTS = `arn:aws:s3:::${VAULT_BUCKET}/*`;
const PHASE_MS = 10_000;

/** Two accounts, a rule for all, an operations bucket and a batch role; copies in parts go slowly. */
function made(
  options: { sourceLocked?: boolean; batchRights?: readonly string[] } = {},
): BatchFixture {
  const { sourceLocked, batchRights = [] } = options;
  const fixture = new BatchFixture(
    batchStatements(batchRights),
    { replicationPhaseMs: PHASE_MS },
    { sourceLocked },
  );
  fixture.rules(rule());
  return fixture;
}

const lacking = (fixture: BatchFixture, ...actions: string[]): BatchFixture => {
  fixture.rolePolicy(REPLICATION_ROLE, replicationStatements([VAULT_BUCKET], actions));
  return fixture;
};

const denied = (fixture: BatchFixture, action: string): BatchFixture => {
  fixture.rolePolicy(REPLICATION_ROLE, [...replicationStatements(), deny(action, VAULT_OBJECTS)]);
  return fixture;
};

/** The code that a version which was put just now fails with, live. */
function live(fixture: KmsFixture | BatchFixture, version: ObjectVersion): string | undefined {
  fixture.settle();
  expect(version.replicationStatus, "status of the version").to.equal("FAILED");
  return fixture.failureCode(version);
}

/** The code of the last failure that was told of. */
function toldOf(fixture: BatchFixture): string | undefined {
  return fixture.world.replication.failures.at(-1)?.failureCode;
}

/** The code in the report of a job over all versions of the source bucket. */
function reported(fixture: BatchFixture, overrides: object = {}): string | undefined {
  const job = fixture.run(overrides);
  const [row] = fixture.reportRows(job.JobId ?? "");
  expect(row?.[3], "status of the task").to.equal("failed");
  return row?.[5];
}

/** The code in the report of a job over one row. */
function reportedRow(fixture: BatchFixture, row: string): string | undefined {
  return reported(fixture, fixture.manifestOf(`${row}\n`));
}

/** A second source bucket, in another Region, whose objects the batch role may initiate. */
function sourceElsewhere(fixture: BatchFixture): ObjectVersion {
  fixture.bucket({ ...SOURCE, region: SECOND.region }, "elsewhere");
  const object = { Bucket: "elsewhere", Key: "a", Body: Buffer.from("a") };
  fixture.call({ ...SOURCE, region: SECOND.region }, "s3", "PutObject", object);
  return fixture.current("elsewhere", "a");
}

function deleteVersion(
  fixture: BatchFixture,
  account: TestAccount,
  Bucket: string,
  { key, versionId }: ObjectVersion,
): void {
  fixture.call(account, "s3", "DeleteObject", { Bucket, Key: key, VersionId: versionId });
}

/** An unlocked vault, from which replicas can be deleted. */
function unlockedVault(): BatchFixture {
  const fixture = made();
  fixture.bucket(VAULT, "plain");
  fixture.bucketPolicy(VAULT, "plain", vaultPolicy("plain"));
  fixture.rolePolicy(REPLICATION_ROLE, replicationStatements([VAULT_BUCKET, "plain"]));
  fixture.rules(rule({ Destination: { Bucket: "arn:aws:s3:::plain" } }));
  return fixture;
}

function tag(fixture: BatchFixture, key: string): void {
  fixture.call(SOURCE, "s3", "PutObjectTagging", {
    Bucket: SOURCE_BUCKET,
    Key: key,
    Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
  });
}

const RETAINED = {
  ObjectLockMode: "GOVERNANCE",
  ObjectLockRetainUntilDate: new Date(Date.UTC(2027, 0, 1)),
};

/** A copy in parts, whose role loses its right to the vault after `phasesCount` phases. */
function lostAfter(phasesCount: number): string | undefined {
  const fixture = made();
  const version = fixture.putInParts("large");
  fixture.clock.advance(1000 + (phasesCount - 1) * PHASE_MS);
  lacking(fixture, "s3:ReplicateObject");
  return live(fixture, version);
}

const CASES: Record<FailureCode, { why: string; code: () => string | undefined }> = {
  AssumeRoleNotPermitted: {
    why: "the role's trust policy does not let S3 in",
    code() {
      const fixture = made();
      fixture.trust("ec2.amazonaws.com");
      return live(fixture, fixture.put("a"));
    },
  },
  DstBucketInvalidRegion: {
    why: "the vault was made again in another Region, and a job expects the one before",
    code() {
      const fixture = lacking(made(), "s3:ReplicateObject");
      live(fixture, fixture.put("a"));
      fixture.call(VAULT, "s3", "DeleteBucket", { Bucket: VAULT_BUCKET });
      fixture.bucket({ ...VAULT, region: SECOND.region }, VAULT_BUCKET);
      return reported(fixture);
    },
  },
  DstBucketNotFound: {
    why: "the vault is gone",
    code() {
      const fixture = made();
      fixture.call(VAULT, "s3", "DeleteBucket", { Bucket: VAULT_BUCKET });
      return live(fixture, fixture.put("a"));
    },
  },
  DstBucketObjectLockConfigMissing: {
    why: "the source is locked and the destination is not",
    code() {
      const fixture = made({ sourceLocked: true });
      fixture.bucket(VAULT, "plain");
      fixture.rules(rule({ Destination: { Bucket: "arn:aws:s3:::plain" } }));
      const version = fixture.put("a");
      fixture.settle();
      return fixture.failureCode(version, "plain");
    },
  },
  DstBucketUnversioned: {
    why: "the destination's versioning was suspended",
    code() {
      const fixture = unlockedVault();
      fixture.call(VAULT, "s3", "PutBucketVersioning", {
        Bucket: "plain",
        VersioningConfiguration: { Status: "Suspended" },
      });
      const version = fixture.put("a");
      fixture.settle();
      return fixture.failureCode(version, "plain");
    },
  },
  DstDelObjNotPermitted: {
    why: "the role lacks s3:ReplicateDelete",
    code() {
      const fixture = lacking(made(), "s3:ReplicateDelete");
      fixture.rules(rule({ DeleteMarkerReplication: { Status: "Enabled" } }));
      fixture.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: "a" });
      return live(fixture, fixture.current(SOURCE_BUCKET, "a"));
    },
  },
  DstKmsKeyInvalidState: {
    why: "the vault's key is disabled",
    code() {
      const fixture = new KmsFixture().mayAll();
      fixture.call(VAULT, "kms", "DisableKey", { KeyId: fixture.vaultKey });
      return live(fixture, fixture.putEncrypted());
    },
  },
  DstKmsKeyNotFound: {
    why: "the rule names a key that is not there",
    code() {
      const fixture = new KmsFixture().mayAll();
      const none = "key/00000000-0000-4000-8000-000000000000";
      fixture.optIn(fixture.vaultKey.replace(/key\/.*/, none));
      return live(fixture, fixture.putEncrypted());
    },
  },
  DstMultipartCompleteNotPermitted: {
    why: "the role lost s3:ReplicateObject after the parts were uploaded",
    code: () => lostAfter(2),
  },
  DstMultipartInitNotPermitted: {
    why: "the role lacks s3:ReplicateObject for a version in parts",
    code() {
      const fixture = lacking(made(), "s3:ReplicateObject");
      return live(fixture, fixture.putInParts("large"));
    },
  },
  DstMultipartUploadNotPermitted: {
    why: "the role lost s3:ReplicateObject after the upload was initiated",
    code: () => lostAfter(1),
  },
  DstObjectHardDeleted: {
    why: "the replica was deleted by version id, and a job comes for it",
    code() {
      const fixture = unlockedVault();
      const version = fixture.put("a");
      fixture.settle();
      deleteVersion(fixture, VAULT, "plain", version);
      return reported(fixture);
    },
  },
  DstPutAclNotPermitted: {
    why: "the version brings an ACL that may not be put",
    code() {
      const fixture = denied(made(), "s3:PutObjectAcl");
      for (const [account, Bucket] of [
        [SOURCE, SOURCE_BUCKET],
        [VAULT, VAULT_BUCKET],
      ] as const) {
        const OwnershipControls = { Rules: [{ ObjectOwnership: "ObjectWriter" }] };
        fixture.call(account, "s3", "PutBucketOwnershipControls", { Bucket, OwnershipControls });
      }
      const reader = fixture.world.accounts.get(SECOND.accountId)?.canonicalUserId;
      return live(fixture, fixture.put("a", "a", { GrantRead: `id=${reader}` }));
    },
  },
  DstPutLegalHoldNotPermitted: {
    why: "the version has a hold that may not be put",
    code() {
      const fixture = denied(made({ sourceLocked: true }), "s3:PutObjectLegalHold");
      return live(fixture, fixture.put("a", "a", { ObjectLockLegalHoldStatus: "ON" }));
    },
  },
  DstPutObjectNotPermitted: {
    why: "the vault has no bucket policy",
    code() {
      const fixture = made();
      fixture.call(VAULT, "s3", "DeleteBucketPolicy", { Bucket: VAULT_BUCKET });
      return live(fixture, fixture.put("a"));
    },
  },
  DstPutRetentionNotPermitted: {
    why: "the version has a retention that may not be put",
    code() {
      const fixture = denied(made({ sourceLocked: true }), "s3:PutObjectRetention");
      return live(fixture, fixture.put("a", "a", RETAINED));
    },
  },
  DstPutTaggingNotPermitted: {
    why: "the version has tags that may not be put",
    code() {
      const fixture = denied(made(), "s3:ReplicateTags");
      return live(fixture, fixture.put("a", "a", { Tagging: "keep=yes" }));
    },
  },
  DstVersionNotFound: {
    why: "the replica is gone when a change of its tags comes",
    code() {
      const fixture = unlockedVault();
      const version = fixture.put("a");
      fixture.settle();
      deleteVersion(fixture, VAULT, "plain", version);
      tag(fixture, "a");
      fixture.settle();
      return fixture.failureCode(version, "plain");
    },
  },
  InitiateReplicationNotPermitted: {
    why: "the job's role lacks s3:InitiateReplication",
    code() {
      const fixture = made({ batchRights: ["s3:InitiateReplication"] });
      fixture.put("a");
      return reported(fixture);
    },
  },
  SrcBucketInvalidRegion: {
    why: "a row names a bucket of another Region than the job's",
    code() {
      const fixture = made();
      const { versionId } = sourceElsewhere(fixture);
      return reportedRow(fixture, `elsewhere,a,${versionId}`);
    },
  },
  SrcBucketNotFound: {
    why: "a row names a bucket that is not there",
    code: () => reportedRow(made(), "not-there-bucket,a,null"),
  },
  SrcBucketReplicationConfigMissing: {
    why: "the configuration was deleted while a version was on its way",
    code() {
      const fixture = made();
      const version = fixture.put("a");
      fixture.call(SOURCE, "s3", "DeleteBucketReplication", { Bucket: SOURCE_BUCKET });
      return live(fixture, version);
    },
  },
  SrcGetAclNotPermitted: {
    why: "the role lacks s3:GetObjectVersionAcl",
    code() {
      const fixture = lacking(made(), "s3:GetObjectVersionAcl");
      return live(fixture, fixture.put("a"));
    },
  },
  SrcGetLegalHoldNotPermitted: {
    why: "the source is locked and the role lacks s3:GetObjectLegalHold",
    code() {
      const fixture = lacking(made({ sourceLocked: true }), "s3:GetObjectLegalHold");
      return live(fixture, fixture.put("a"));
    },
  },
  SrcGetObjectNotPermitted: {
    why: "the role lacks s3:GetObjectVersionForReplication",
    code() {
      const fixture = lacking(made(), "s3:GetObjectVersionForReplication");
      return live(fixture, fixture.put("a"));
    },
  },
  SrcGetRetentionNotPermitted: {
    why: "the source is locked and the role lacks s3:GetObjectRetention",
    code() {
      const fixture = lacking(made({ sourceLocked: true }), "s3:GetObjectRetention");
      return live(fixture, fixture.put("a"));
    },
  },
  SrcGetTaggingNotPermitted: {
    why: "tags change and the role lacks s3:GetObjectVersionTagging",
    code() {
      const fixture = lacking(made(), "s3:GetObjectVersionTagging");
      const version = fixture.put("a");
      fixture.settle();
      tag(fixture, "a");
      return live(fixture, version);
    },
  },
  SrcHeadObjectNotPermitted: {
    why: "the role lacks s3:ListBucket",
    code() {
      const fixture = lacking(made(), "s3:ListBucket");
      return live(fixture, fixture.put("a"));
    },
  },
  SrcKeyNotFound: {
    why: "the only version of the key was deleted while it was on its way",
    code() {
      const fixture = made();
      deleteVersion(fixture, SOURCE, SOURCE_BUCKET, fixture.put("a"));
      fixture.settle();
      return toldOf(fixture);
    },
  },
  SrcKmsKeyInvalidState: {
    why: "the source's key was disabled while the version was on its way",
    code() {
      const fixture = new KmsFixture().mayAll();
      const version = fixture.putEncrypted();
      fixture.call(SOURCE, "kms", "DisableKey", { KeyId: fixture.sourceKey });
      return live(fixture, version);
    },
  },
  SrcObjectNotEligible: {
    why: "a job lists a version that no rule matches",
    code() {
      const fixture = made();
      fixture.rules(rule({ Filter: { Prefix: "else/" } }));
      const { versionId } = fixture.put("a");
      return reportedRow(fixture, `${SOURCE_BUCKET},a,${versionId}`);
    },
  },
  SrcObjectNotFound: {
    why: "a row has no version id",
    code() {
      const fixture = made();
      fixture.put("a");
      return reportedRow(fixture, `${SOURCE_BUCKET},a,`);
    },
  },
  SrcReplicationNotPending: {
    why: "two jobs initiated one version, and the copy of the first was there first",
    code() {
      const fixture = made();
      fixture.call(SOURCE, "s3", "DeleteBucketReplication", { Bucket: SOURCE_BUCKET });
      const version = fixture.put("a");
      fixture.rules(rule());
      const jobs = [fixture.create(), fixture.create()];
      fixture.settle();
      for (const jobId of jobs) {
        const [row] = fixture.reportRows(jobId);
        expect(row?.[3], "initiated").to.equal("succeeded");
      }
      expect(version.replicationStatus).to.equal("COMPLETED");
      expect(fixture.replica(version)?.replicationStatus).to.equal("REPLICA");
      expect(fixture.world.replication.failures).to.have.length(1);
      return toldOf(fixture);
    },
  },
  SrcVersionNotFound: {
    why: "the version was deleted while it was on its way, others of its key are there",
    code() {
      const fixture = made();
      fixture.put("a", "first");
      deleteVersion(fixture, SOURCE, SOURCE_BUCKET, fixture.put("a", "second"));
      fixture.settle();
      return toldOf(fixture);
    },
  },
};

describe("The failure codes of replication", () => {
  it("have a case each", () => {
    expect(Object.keys(CASES)).to.have.members(Object.keys(FAILURE_CODES));
  });

  for (const [code, { why, code: bringAbout }] of Object.entries(CASES)) {
    it(`${code}: ${why}`, () => {
      expect(bringAbout()).to.equal(code);
    });
  }
});
