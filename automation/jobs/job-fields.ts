/** A batch job as `lockstep jobs` tells it. Pure. */
import type { JobDescriptor, JobListDescriptor } from "@aws-sdk/client-s3-control";
import { foreignJobPart } from "../backfill/foreign-job";
import type { IntentFrame } from "../backfill/intent";
import { parseJobStatus, type JobStatus } from "../backfill/job-state";
import { JOB_PRICES_USD } from "../backfill/plan";
import { attentionOf, type JobAttention } from "./attention";

/** What AWS does not tell of a job: `unknown`, the word. Else ISO 8601. */
export type JobTime = string;

/** One batch job. Everything is AWS's answer but `ours`, `attention`, the rate and the cost, which follow from it. */
export interface JobFields {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  /** Name of the source in the config whose account and Region it is in. */
  readonly source: string;
  /** One of AWS's thirteen. */
  readonly status: JobStatus;
  /** Whether it is one that this stack would make: role, report, manifest and operation. */
  readonly ours: boolean;
  /** Why it is not ours, in words. */
  readonly whyNotOurs?: string;
  /** The bucket that it works on, where the job tells: a manifest that somebody else wrote does not. */
  readonly bucket: string;
  /** As in `S3ReplicateObject`; `unknown` for one that the SDK has no name for. */
  readonly operation: string;
  /** Whoever made it wrote it. */
  readonly description: string;
  /** The higher runs first. */
  readonly priority: number;
  /** When it was made. */
  readonly createdAt: JobTime;
  /** When it began to wait for its confirmation. */
  readonly suspendedAt: JobTime;
  /** When it came to its end. */
  readonly endedAt: JobTime;
  /** How long it has run, without its pauses; null where AWS does not tell. */
  readonly activeSeconds: number | null;
  /** Tasks in all; 0 until S3 has counted. */
  readonly totalCount: number;
  /** Tasks that succeeded. */
  readonly succeededCount: number;
  /** Tasks that failed. */
  readonly failedCount: number;
  /** Tasks a second while it ran; null where that is not known. */
  readonly tasksPerSecond: number | null;
  /** At that rate, while it runs; else null. */
  readonly remainingMs: number | null;
  /** The job and the tasks so far, by list price. What S3 took for listing a manifest is not told by it. */
  readonly costUsd: number;
  /** What somebody should know or do; null where there is nothing. */
  readonly attention: JobAttention | null;
  /** Why it failed, by AWS. */
  readonly failureReasons: readonly { readonly code: string; readonly reason: string }[];
}

/** Where a job was looked at. */
export interface JobPlace {
  /** Name of the source in the config. */
  readonly source: string;
  /** What each job of that source has. */
  readonly frame: IntentFrame;
  /** All unfinished jobs of the account and Region: whoever waits, waits for some of them. */
  readonly unfinished: readonly JobListDescriptor[];
  readonly nowEpochMs: number;
}

/** Reads what DescribeJob answered. */
export function jobFields(job: JobDescriptor, place: JobPlace): JobFields {
  const { ProgressSummary: progress = {} } = job;
  const jobId = job.JobId ?? "";
  const status = parseJobStatus(job.Status);
  const succeededCount = progress.NumberOfTasksSucceeded ?? 0;
  const failedCount = progress.NumberOfTasksFailed ?? 0;
  const totalCount = progress.TotalNumberOfTasks ?? 0;
  const doneCount = succeededCount + failedCount;
  const activeSeconds = progress.Timers?.ElapsedTimeInActiveSeconds ?? null;
  const tasksPerSecond =
    activeSeconds === null || activeSeconds <= 0 || doneCount === 0
      ? null
      : doneCount / activeSeconds;
  const whyNotOurs = foreignJobPart(job, place.frame);
  return {
    jobId,
    source: place.source,
    status,
    ours: whyNotOurs === undefined,
    ...(whyNotOurs !== undefined && { whyNotOurs }),
    bucket: bucketOf(job, place.frame) ?? "unknown",
    operation: operationOf(job),
    description: job.Description ?? "",
    priority: job.Priority ?? 0,
    createdAt: timeOf(job.CreationTime),
    suspendedAt: timeOf(job.SuspendedDate),
    endedAt: timeOf(job.TerminationDate),
    activeSeconds,
    totalCount,
    succeededCount,
    failedCount,
    tasksPerSecond,
    remainingMs:
      status !== "Active" || tasksPerSecond === null
        ? null
        : Math.round(((totalCount - doneCount) / tasksPerSecond) * 1000),
    costUsd: JOB_PRICES_USD.job + (doneCount / 1_000_000) * JOB_PRICES_USD.perMillionTasks,
    attention: attentionOf(job, status, place),
    failureReasons: (job.FailureReasons ?? []).map(({ FailureCode, FailureReason }) => ({
      code: FailureCode ?? "",
      reason: FailureReason ?? "",
    })),
  };
}

/**
 * The bucket that a job works on. A list that S3 makes names it, and so does a list of ours by its place; in a manifest of
 * others the bucket stands in each row, and such a file is not read.
 */
function bucketOf(job: JobDescriptor, { operationsBucketArn, sourceBucketArn }: IntentFrame) {
  const generator = job.ManifestGenerator?.S3JobManifestGenerator;
  if (generator !== undefined) return nameOf(generator.SourceBucket ?? "");
  const manifest = job.Manifest?.Location?.ObjectArn ?? "";
  return manifest.startsWith(`${operationsBucketArn}/`) ? nameOf(sourceBucketArn) : undefined;
}

function nameOf(bucketArn: string): string {
  return bucketArn.slice(bucketArn.lastIndexOf(":") + 1);
}

function operationOf({ Operation = {} }: JobDescriptor): string {
  const [name] = Object.entries(Operation)
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  return name ?? "unknown";
}

function timeOf(date: Date | undefined): JobTime {
  return date === undefined ? "unknown" : date.toISOString();
}
