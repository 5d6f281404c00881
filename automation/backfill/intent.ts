import { createHash } from "node:crypto";
import { canonicalJson } from "../../components/promise/canonical-json";
import type { LockMode, LockstepOutputs } from "../../components/promise/outputs";
import { BACKFILL, CHECKSUM, type JobKind, RELOCK, TRIAL } from "./job-kind";

/** What the generator of S3 can list by: a version's replication status at its source. `PENDING` is none of them. */
export const GENERATOR_STATUSES = ["NONE", "FAILED", "COMPLETED", "REPLICA"] as const;

export type GeneratorStatus = (typeof GENERATOR_STATUSES)[number];

/** A manifest that we wrote, with exactly the versions that are missing. */
export interface OwnManifest {
  readonly key: string;
  /** As S3 answered when it was written; the job reads no other. */
  readonly etag: string;
  readonly versionsCount: number;
  /** Of the content, in hex; it is in the key, too. */
  readonly sha256: string;
}

/** What the tasks of a job lock each version with. */
export interface IntendedRetention {
  readonly mode: LockMode;
  /** ISO 8601. */
  readonly retainUntil: string;
  /** Whether a GOVERNANCE lock gives way to this one. */
  readonly bypassGovernance: boolean;
}

/** What the tasks of a job compute of each version. */
export interface IntendedChecksum {
  /** In the words of S3 Batch Operations. */
  readonly algorithm: "SHA256";
  readonly type: "FULL_OBJECT";
}

/** The one version of a trial, and the job that it is tried for. */
export interface IntendedTrial {
  /** AWS's, of the job that waits for it: so the token of the trial follows from that job. */
  readonly jobId: string;
  readonly key: string;
  readonly versionId: string;
}

/**
 * Everything that a CreateJob request is made of. Kept in the ledger and never worked out again for the same intent, so
 * that a repeated request is the same to the last byte, as an idempotent one has to be.
 */
export interface JobIntent {
  /** 1 for the first job of this ledger, and one more for each further one. */
  readonly sequence: number;
  readonly accountId: string;
  readonly region: string;
  /** The bucket whose versions the job works on: a source, with `retention` a vault, with `checksum` either. */
  readonly sourceBucketArn: string;
  readonly operationsBucketArn: string;
  readonly manifestPrefix: string;
  readonly reportPrefix: string;
  readonly reportScope: "AllTasks" | "FailedTasksOnly";
  readonly roleArn: string;
  readonly priority: number;
  /** What S3's generator lists; empty with a manifest of ours. */
  readonly replicationStatuses: readonly GeneratorStatus[];
  /** Absent where S3 generates it. */
  readonly manifest?: OwnManifest;
  /** Of a job that extends locks. Absent: the job replicates. */
  readonly retention?: IntendedRetention;
  /** Of a job that computes checksums. */
  readonly checksum?: IntendedChecksum;
  /** Of a job that brings one version for a trial. */
  readonly trial?: IntendedTrial;
}

const FRAME = [
  "accountId",
  "region",
  "sourceBucketArn",
  "operationsBucketArn",
  "manifestPrefix",
  "reportPrefix",
  "roleArn",
] as const;

/** What each job of one source has in common, by the stack's outputs: an intent or a job without it is not ours. */
export type IntentFrame = Pick<JobIntent, (typeof FRAME)[number]>;

export function intentFrame({ batchRoleArn, operations, source }: LockstepOutputs): IntentFrame {
  return {
    accountId: source.accountId,
    region: source.region,
    sourceBucketArn: source.bucketArn,
    operationsBucketArn: operations.bucketArn,
    manifestPrefix: operations.manifestPrefix,
    reportPrefix: operations.reportPrefix,
    roleArn: batchRoleArn,
  };
}

/** Where an intent is not what this stack would make, in words; undefined when it is. */
export function foreignPart(intent: IntentFrame, frame: IntentFrame): string | undefined {
  const name = FRAME.find((one) => intent[one] !== frame[one]);
  return name === undefined ? undefined : `its ${name} is ${intent[name]}, not ${frame[name]}`;
}

/**
 * The ClientRequestToken of an intent: 64 hex characters, the same on every desk and after every crash.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html (1 to 64 characters)
 */
export function clientRequestToken(intent: JobIntent): string {
  return createHash("sha256").update(canonicalJson(intent)).digest("hex");
}

/** How every description of a kind of ours begins. */
export function descriptionStart({ name }: JobKind): string {
  return `lockstep ${name} `;
}

/** How every description of a backfill's job begins. */
export const DESCRIPTION_START = descriptionStart(BACKFILL);

/** Of which kind the job of an intent is. */
export function kindOf({
  checksum,
  retention,
  trial,
}: Pick<JobIntent, "checksum" | "retention" | "trial">): JobKind {
  if (retention !== undefined) return RELOCK;
  if (checksum !== undefined) return CHECKSUM;
  return trial === undefined ? BACKFILL : TRIAL;
}

/** How a job is found again when its id was never written down: the description names the token. */
export function jobDescription(intent: JobIntent): string {
  return `${descriptionStart(kindOf(intent))}${intent.sequence} ${clientRequestToken(intent)}`;
}
