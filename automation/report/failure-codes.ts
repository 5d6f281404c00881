/**
 * What S3's failure codes mean, in whose account something has to be done, and whether a further job can help. Pure.
 *
 * A code stands in the report of a job and in the event of a replication that failed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html
 */
import type { Rerun } from "./fields";

/** The page that has every code. */
const FAILURE_CODES_PAGE =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html";
const BATCH_PAGE =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html";
const LOCK_PAGE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html";
const KMS_PAGE =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html";

/** A right that is missing, and whose. */
export interface MissingRight {
  /** Who needs it: the role that S3 replicates under, or the one that a job runs under. */
  readonly role: "replication" | "batch";
  /** Of IAM. */
  readonly actions: readonly string[];
  /** On versions of which bucket. */
  readonly on: "source" | "vault";
  /** S3 says the same where it is the key of that side that may not be used. */
  readonly usesKey?: true;
}

/** What one code means. */
export interface Explanation {
  /** What happened, a sentence without its full stop. */
  readonly what: string;
  /** In whose account something has to be done. */
  readonly side: "source" | "vault";
  /** What to do there, a sentence without its full stop. */
  readonly fix: string;
  /** What the policies lack. Absent where it is no right. */
  readonly right?: MissingRight;
  /** Whether running the backfill again can help. */
  readonly rerun: Rerun;
  /** AWS's page. */
  readonly source: string;
}

/** The replication role may not do something at one side. */
function missingAt<Side extends "source" | "vault">(side: Side, fix: string) {
  return (what: string, actions: readonly string[], more: Further = {}) =>
    ({
      what,
      side,
      fix,
      right: {
        role: "replication",
        actions,
        on: side,
        ...(more.usesKey === true && { usesKey: true }),
      },
      rerun: "after-fix",
      source: more.source ?? FAILURE_CODES_PAGE,
    }) as const satisfies Explanation;
}

/** What differs from code to code. */
interface Further {
  readonly source?: string;
  readonly usesKey?: true;
}

/** Its own policy and the bucket's have to allow it. */
const atVault = missingAt(
  "vault",
  "see which of the statements is missing, and add it: in the vault's bucket policy, in the replication role's own, in that of a KMS key; look for a Deny that leaves the role out",
);

const atSource = missingAt(
  "source",
  "see which of the statements is missing, and add it: in the replication role's own policy, in that of a KMS key; look for a Deny in the source's bucket policy",
);

const OF_LOCKS = { source: LOCK_PAGE } as const;
const WITH_KEY = { usesKey: true } as const;

/** Something is not as it has to be, and it is no right. */
function setting(
  side: Explanation["side"],
  what: string,
  fix: string,
  source = FAILURE_CODES_PAGE,
  rerun: Rerun = "after-fix",
): Explanation {
  return { what, side, fix, rerun, source };
}

const MULTIPART_PART = atVault(
  "S3 may not upload parts of a large object into the vault",
  ["s3:ReplicateObject"],
  WITH_KEY,
);
const GONE = "nothing: there is no such version to bring; look again with `lockstep verify`";

/** By S3's code. */
export const FAILURE_CODES = {
  AssumeRoleNotPermitted: setting(
    "source",
    "S3 may not take on the replication role, or the role of the job",
    "let s3.amazonaws.com and batchoperations.s3.amazonaws.com assume their roles again: `lockstep up` puts the trust policies back",
  ),
  DstBucketInvalidRegion: setting(
    "vault",
    "the vault is not in the Region that S3 expects",
    "name the bucket that is in the vault's Region; `lockstep preview` shows which one is deployed",
  ),
  DstBucketNotFound: setting(
    "vault",
    "the vault's bucket is not there",
    "find out who deleted it and make it again: `lockstep up`",
  ),
  DstBucketObjectLockConfigMissing: setting(
    "vault",
    "the source has Object Lock and the vault has not",
    "switch Object Lock on at the vault: `lockstep up`",
    LOCK_PAGE,
  ),
  DstBucketUnversioned: setting(
    "vault",
    "versioning is not on at the vault",
    "switch versioning on at the vault: `lockstep up`",
  ),
  DstDelObjNotPermitted: atVault("S3 may not bring delete markers into the vault", [
    "s3:ReplicateDelete",
  ]),
  DstKmsKeyInvalidState: setting(
    "vault",
    "the vault's KMS key is disabled, or waits for its deletion",
    "enable the key, and cancel its deletion (kms:EnableKey, kms:CancelKeyDeletion)",
  ),
  DstKmsKeyNotFound: setting(
    "vault",
    "the KMS key that the rule names for replicas is not there",
    "name a key of the vault's Region that is there (`replicaKmsKeyId`), then `lockstep up`",
    KMS_PAGE,
  ),
  DstMultipartCompleteNotPermitted: atVault(
    "S3 may not complete a large object in the vault",
    ["s3:ReplicateObject"],
    WITH_KEY,
  ),
  DstMultipartInitNotPermitted: atVault(
    "S3 may not begin a large object in the vault",
    ["s3:ReplicateObject"],
    WITH_KEY,
  ),
  DstMultipartPartUploadNotPermitted: MULTIPART_PART,
  DstMultipartUploadNotPermitted: MULTIPART_PART,
  DstObjectHardDeleted: setting(
    "source",
    "the version was deleted at the vault by its version id, and S3 never sends it again",
    "copy the object in place at the source, which makes a new version that is replicated; find out who deleted it",
    BATCH_PAGE,
    "no",
  ),
  DstPutAclNotPermitted: atVault("S3 may not write the object's ACL at the vault", [
    "s3:ReplicateObject",
    "s3:ObjectOwnerOverrideToBucketOwner",
  ]),
  DstPutLegalHoldNotPermitted: atVault(
    "S3 may not put the source's legal hold on the replica",
    ["s3:ReplicateObject"],
    OF_LOCKS,
  ),
  DstPutObjectNotPermitted: atVault(
    "S3 may not write into the vault, give the replica to the vault's owner, or use the vault's key",
    ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"],
    WITH_KEY,
  ),
  DstPutRetentionNotPermitted: atVault(
    "S3 may not put the source's retention on the replica",
    ["s3:ReplicateObject"],
    OF_LOCKS,
  ),
  DstPutTaggingNotPermitted: atVault("S3 may not write tags at the vault", ["s3:ReplicateTags"]),
  DstVersionNotFound: setting(
    "vault",
    "a change of tags, lock or ACL was to be brought to a version that the vault has not",
    "bring the version itself: `lockstep backfill`",
    FAILURE_CODES_PAGE,
    "yes",
  ),
  InitiateReplicationNotPermitted: {
    what: "the job's role may not begin replication of the object",
    side: "source",
    fix: "add the statement to the policy of the job's role: on the objects, not on the bucket alone",
    right: { role: "batch", actions: ["s3:InitiateReplication"], on: "source" },
    rerun: "after-fix",
    source: FAILURE_CODES_PAGE,
  },
  SrcBucketInvalidRegion: setting(
    "source",
    "the source is not in the Region of the job",
    "correct the source's Region in the config",
  ),
  SrcBucketNotFound: setting(
    "source",
    "the source bucket is not there",
    "find out who deleted it; what the vaults have stays",
  ),
  SrcBucketReplicationConfigMissing: setting(
    "source",
    "the source has no replication rules",
    "put them back: `lockstep up`",
  ),
  SrcGetAclNotPermitted: atSource("S3 may not read the object's ACL", [
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionAcl",
  ]),
  SrcGetLegalHoldNotPermitted: atSource(
    "S3 may not read the object's legal hold",
    ["s3:GetObjectLegalHold"],
    OF_LOCKS,
  ),
  SrcGetObjectNotPermitted: atSource(
    "S3 may not read the object, or decrypt it",
    ["s3:GetObjectVersionForReplication"],
    WITH_KEY,
  ),
  SrcGetRetentionNotPermitted: atSource(
    "S3 may not read the object's retention",
    ["s3:GetObjectRetention"],
    OF_LOCKS,
  ),
  SrcGetTaggingNotPermitted: atSource("S3 may not read the object's tags", [
    "s3:GetObjectVersionTagging",
  ]),
  SrcHeadObjectNotPermitted: atSource("S3 may not look the object up", [
    "s3:GetObjectVersionForReplication",
  ]),
  SrcKeyNotFound: setting("source", "the object is gone", GONE, FAILURE_CODES_PAGE, "no"),
  SrcKmsKeyInvalidState: setting(
    "source",
    "the KMS key of the source's version is disabled, or waits for its deletion",
    "enable the key, and cancel its deletion (kms:EnableKey, kms:CancelKeyDeletion)",
  ),
  SrcObjectNotEligible: setting(
    "source",
    "no rule takes the version: its prefix, tags, class or encryption, or the rule is off",
    "compare the version with the rules: an archived one has to be restored, one under SSE-KMS needs `sseKmsEncryptedObjects`",
  ),
  SrcObjectNotFound: setting("source", "the object is gone", GONE, FAILURE_CODES_PAGE, "no"),
  SrcReplicationNotPending: setting(
    "source",
    "the version was no longer waiting when its turn came: it has arrived by other means, or failed",
    "look again with `lockstep verify`",
    FAILURE_CODES_PAGE,
    "yes",
  ),
  SrcVersionNotFound: setting("source", "the version is gone", GONE, FAILURE_CODES_PAGE, "no"),
} as const satisfies Readonly<Record<string, Explanation>>;

/** Of a version that was deleted at the vault by its version id. */
export const HARD_DELETED = "DstObjectHardDeleted" satisfies keyof typeof FAILURE_CODES;

/**
 * Codes of tasks that ended before replication began: the version's own status stays what it was. AWS calls four of them specific to Batch
 * Replication; that `SrcObjectNotEligible` leaves the status was seen on AWS.
 */
export const LEAVES_STATUS: ReadonlySet<string> = new Set([
  "DstBucketInvalidRegion",
  HARD_DELETED,
  "InitiateReplicationNotPermitted",
  "SrcBucketInvalidRegion",
  "SrcObjectNotEligible",
] satisfies (keyof typeof FAILURE_CODES)[]);

/** What a code means; undefined for one that no page of AWS has. */
export function explainFailureCode(code: string): Explanation | undefined {
  return Object.hasOwn(FAILURE_CODES, code)
    ? FAILURE_CODES[code as keyof typeof FAILURE_CODES]
    : undefined;
}
