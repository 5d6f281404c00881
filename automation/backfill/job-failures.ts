/**
 * What it means when S3 Batch Operations fails a job as a whole, by its words: what happened, what to do in the job's account,
 * and whether a further job can help. AWS documents few codes of such failures, so the words decide. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-troubleshoot.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-batch-operations.html
 */

import type { IntentFrame } from "./intent";

const REPLICATION_PAGE =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-troubleshoot.html";
const BATCH_PAGE =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-batch-operations.html";
const STATUS_PAGE =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html";
const CREATE_PAGE =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html";
const LOCK_PAGE =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-retention-date.html";

/** What one failure means. */
export interface JobFailureMeaning {
  /** What happened, a sentence without its full stop. */
  readonly what: string;
  /** What to do in the job's account, a sentence without its full stop. */
  readonly fix: string;
  /** Whether a further job can help: at once, or once something was done. */
  readonly rerun: "yes" | "after-fix";
  /** AWS's page. */
  readonly source: string;
}

/** A failure, in AWS's words. */
export interface JobFailure {
  readonly code: string;
  readonly reason: string;
}

/** What a job works with, as far as its rights are about it. */
export type JobPlaces = Pick<
  IntentFrame,
  | "accountId"
  | "manifestPrefix"
  | "operationsBucketArn"
  | "reportPrefix"
  | "roleArn"
  | "sourceBucketArn"
>;

/** What is known of one. */
interface KnownFailure extends JobFailureMeaning {
  /** Rights of the job's role of which one is missing, as our roles have them. Absent where it is no right. */
  readonly rights?: (places: JobPlaces) => readonly Grant[];
}

interface Row extends KnownFailure {
  /** Of the code or of the reason. */
  readonly words: RegExp;
}

interface Grant {
  readonly Action: string | string[];
  readonly Resource: string;
}

const readManifest = ({ manifestPrefix, operationsBucketArn }: JobPlaces): Grant => ({
  Action: ["s3:GetObject", "s3:GetObjectVersion"],
  Resource: `${operationsBucketArn}/${manifestPrefix}/*`,
});

const writeManifest = ({ manifestPrefix, operationsBucketArn }: JobPlaces): Grant => ({
  Action: "s3:PutObject",
  Resource: `${operationsBucketArn}/${manifestPrefix}/*`,
});

const writeReport = ({ operationsBucketArn, reportPrefix }: JobPlaces): Grant => ({
  Action: "s3:PutObject",
  Resource: `${operationsBucketArn}/${reportPrefix}/*`,
});

const listSource = ({ sourceBucketArn }: JobPlaces): Grant => ({
  Action: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
  Resource: sourceBucketArn,
});

const lookAtLock = ({ sourceBucketArn }: JobPlaces): Grant => ({
  Action: "s3:GetBucketObjectLockConfiguration",
  Resource: sourceBucketArn,
});

const UP =
  "`lockstep up` puts the role's policy back; look for a Deny that it does not lift, and for a key of KMS on that bucket";

/** The first row that fits is meant: what is more exact stands before. */
const ROWS: readonly Row[] = [
  {
    words: /no keys matching/i,
    what: "there was nothing for the job to do, or no rule takes what is there",
    fix: "look with `lockstep verify`: where versions are missing, a rule is disabled, has another prefix, or does not take SSE-KMS; archived versions have to be restored first",
    rerun: "after-fix",
    source: REPLICATION_PAGE,
  },
  {
    words: /reading the manifest is forbidden|unable to get the manifest object/i,
    what: "the job's role may not read its manifest",
    fix: UP,
    rights: (places) => [readManifest(places)],
    rerun: "after-fix",
    source: BATCH_PAGE,
  },
  {
    words: /bucket does not exist|NoSuchBucket|BucketNotFound/i,
    what: "a bucket of the job is not there any more",
    fix: "find out who deleted it, and make it again: `lockstep up`",
    rerun: "after-fix",
    source: BATCH_PAGE,
  },
  {
    words: /reading the manifest failed|ETag does not match|NoSuchKey/i,
    what: "the manifest is not there any more, or was written over after the job was made",
    fix: "find out who may write into the operations bucket",
    rerun: "yes",
    source: BATCH_PAGE,
  },
  {
    words: /failed to write manifest/i,
    what: "the job's role may not write the manifest that S3 makes",
    fix: UP,
    rights: (places) => [writeManifest(places)],
    rerun: "after-fix",
    source: REPLICATION_PAGE,
  },
  {
    words: /report could not be written|access denied to the report/i,
    what: "the report could not be written, though tasks may have been done: the job's role may not, or the bucket for reports locks what comes in by default",
    fix: `${UP}; the operations bucket must have no default retention`,
    rights: (places) => [writeReport(places)],
    rerun: "after-fix",
    source: REPLICATION_PAGE,
  },
  {
    words: /no replication configuration|ReplicationConfig(uration)?(Missing|NotFound)/i,
    what: "the source has no replication rules any more",
    fix: "find out who took them away, and put them back: `lockstep up`",
    rerun: "after-fix",
    source: REPLICATION_PAGE,
  },
  {
    words: /InvalidRegion|not in the Region/i,
    what: "the job is not in the Region of its bucket",
    fix: "name the bucket's own Region in the config, and run `lockstep up`",
    rerun: "after-fix",
    source: BATCH_PAGE,
  },
  {
    words: /expected ?(manifest ?)?(bucket ?)?owner|owner ?mismatch/i,
    what: "a bucket of the job belongs to another account than it was made for: somebody may have taken over its name",
    fix: "find out whose bucket it is before anything else; nothing was written to it",
    rerun: "after-fix",
    source: CREATE_PAGE,
  },
  {
    words: /cross-account pass ?role/i,
    what: "the job's role is of another account than the job",
    fix: "name a role of the job's own account: `lockstep up` makes it there",
    rerun: "after-fix",
    source: BATCH_PAGE,
  },
  {
    words: /assume the role|AssumeRole/i,
    what: "S3 Batch Operations may not take on the job's role",
    fix: "let batchoperations.s3.amazonaws.com assume the role again: `lockstep up` puts the trust policy back",
    rerun: "after-fix",
    source: BATCH_PAGE,
  },
  {
    words: /object lock\b.*\breport|report bucket\b.*object lock/i,
    what: "the bucket for reports locks what comes in by default, which S3 writes no report into",
    fix: "take the default retention off the operations bucket; find out who put it there",
    rerun: "after-fix",
    source: REPLICATION_PAGE,
  },
  {
    words: /object lock is not enabled|ObjectLockNotEnabled/i,
    what: "the job extends locks in a bucket without Object Lock",
    fix: "switch Object Lock on at the vault: `lockstep up`",
    rerun: "after-fix",
    source: LOCK_PAGE,
  },
  {
    words: /GetBucketObjectLockConfiguration/i,
    what: "the job's role may not look whether the bucket has Object Lock",
    fix: UP,
    rights: (places) => [lookAtLock(places)],
    rerun: "after-fix",
    source: LOCK_PAGE,
  },
  {
    words: /preparing manifest: access denied|ManifestGenerationFailed/i,
    what: "the job's role lacks a right that the listing of what is to be done needs",
    fix: UP,
    rights: (places) => [listSource(places), writeManifest(places)],
    rerun: "after-fix",
    source: REPLICATION_PAGE,
  },
  {
    words: /failure (rate|threshold)|exceeded 50/i,
    what: "more than half of a thousand tasks and more had failed, so S3 ended the job",
    fix: "look at what the tasks failed of: `lockstep report` groups them by cause, with what to do about each",
    rerun: "after-fix",
    source: STATUS_PAGE,
  },
  {
    words: /not confirmed|JobExpired|30 days/i,
    what: "nobody confirmed the job within 30 days",
    fix: "approve the next one in time",
    rerun: "yes",
    source: CREATE_PAGE,
  },
  {
    words: /maximum allowed in a single job|more keys than/i,
    what: "the manifest has more rows than one job may have",
    fix: "find out who may write into the operations bucket: no manifest of ours has so many",
    rerun: "yes",
    source: BATCH_PAGE,
  },
  {
    words:
      /invalid ?manifest ?content|task fields|(invalid|missing) version ?id|version ?id (format|is invalid)|object key format|manifest file is not|etag format|required fields are missing|same bucket/i,
    what: "S3 cannot read the manifest: somebody changed it, or it was made with a mistake",
    fix: "find out who may write into the operations bucket; if nobody else may, it is a bug of ours",
    rerun: "yes",
    source: BATCH_PAGE,
  },
];

/** What AWS's words for the failure of a job mean; undefined for words that are not known. */
export function explainJobFailure({ code, reason }: JobFailure): KnownFailure | undefined {
  const text = `${code}: ${reason}`;
  return ROWS.find(({ words }) => words.test(text));
}
