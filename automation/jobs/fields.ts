/** What is told of batch jobs: the fields of the events `job` and `lineage`. */
import type { ExplainedJobFailure } from "../backfill/explained-failures";
import type { JobStatus } from "../backfill/job-state";

/** What AWS does not tell of a job: `unknown`, the word. Else ISO 8601. */
export type JobTime = string;

/** One batch job. Everything is AWS's answer but `ours`, `attention`, the rate and the cost, which follow from it. */
export interface JobFields {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  /** Name of the source in the config whose account and Region it is in; of one in a vault's account, of a source of that vault. */
  readonly source: string;
  /** Name of the vault whose account and Region it is in; absent for one in the source's. */
  readonly vault?: string;
  /** One of AWS's thirteen. */
  readonly status: JobStatus;
  /** Whether it is one that this stack would make: role, report, manifest and operation. */
  readonly ours: boolean;
  /** Why it is not ours, in words. */
  readonly whyNotOurs?: string;
  /** What it is made for, by its description: only of one that is ours. */
  readonly kind?: "backfill" | "trial" | "relock" | "checksum";
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
  /** The job and the tasks so far, by the prices of its Region; of one whose prices are not known, 0. What S3 took for listing a manifest is not told by it, nor what it took for bytes that it read for checksums. */
  readonly costUsd: number;
  /** What somebody should know or do; null where there is nothing. */
  readonly attention: JobAttention | null;
  /** Why it failed, by AWS. */
  readonly failureReasons: readonly {
    /** AWS's. */
    readonly code: string;
    /** In AWS's words. */
    readonly reason: string;
    /** What it means, and what to do. Absent for words that are not known. */
    readonly explained?: ExplainedJobFailure;
  }[];
}

/** A job that needs somebody, or that waits for another. */
export interface JobAttention {
  /**
   * `awaiting-confirmation`: nothing runs until somebody confirms, and it fails by itself in the end; `forgotten`: that for more
   * than a week; `paused-by-priority`: another job runs in its place; `stalled`: it should run and does nothing.
   */
  readonly code: "awaiting-confirmation" | "forgotten" | "paused-by-priority" | "stalled";
  /** In words. */
  readonly message: string;
}

/** What the report of one job tells of all of its tasks. */
export interface JobReportFields {
  /** Name of the source in the config whose job it is. */
  readonly source: string;
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  /** It brought one version before a job of many might run; absent for a job of many. */
  readonly trial?: true;
  /** Which tasks a report tells: those that failed, or all. */
  readonly scope: "AllTasks" | "FailedTasksOnly";
  /** How many it tells. */
  readonly tasksCount: number;
  /** What became of them, the most frequent first. */
  readonly outcomes: readonly TaskOutcome[];
}

/** So many tasks that ended alike. */
export interface TaskOutcome {
  /** `succeeded`: replication was begun, which is not yet that it arrived. */
  readonly status: "succeeded" | "failed";
  /** Null where the report tells none. */
  readonly httpStatus: number | null;
  /** S3's; empty where the report tells none. */
  readonly errorCode: string;
  /** How many they are. */
  readonly tasksCount: number;
}

/** The attempts of one version. */
export interface LineageFields {
  /** Name of the source in the config that has it: several may have the same key. */
  readonly source: string;
  /** Of the object. */
  readonly key: string;
  /** S3's; `null` (the word) for the null version. */
  readonly versionId: string;
  /** One for each job that had a task for it, the first job first; a trial comes before the job that it was made for. */
  readonly attempts: readonly Attempt[];
}

/** What one job made of one version. */
export interface Attempt {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  /** `succeeded`: replication was begun, which is not yet that it arrived. */
  readonly outcome: "succeeded" | "failed";
  /** S3's; absent for one that succeeded. */
  readonly errorCode?: string;
  /** S3's; absent for one that succeeded. */
  readonly message?: string;
  /** It brought this one version before a job of many might run; absent for a job of many. */
  readonly trial?: true;
}
