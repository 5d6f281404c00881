import type {
  CreateJobRequest,
  JobDescriptor,
  JobFailure,
  JobListDescriptor,
  JobProgressSummary,
  JobStatus,
  OperationName,
  S3GeneratedManifestDescriptor,
} from "@aws-sdk/client-s3-control";
import type { TaskList } from "./task-list";
import type { TaskReport } from "./task-report";

/** A batch job. */
export interface Job {
  readonly jobId: string;
  readonly jobArn: string;
  readonly accountId: string;
  readonly region: string;
  /** Rises with each job of the world. */
  readonly sequence: number;
  readonly createdEpochMs: number;
  /** As accepted. */
  readonly request: CreateJobRequest;
  readonly operationName: OperationName;
  tags: ReadonlyMap<string, string>;
  status: JobStatus;
  priority: number;
  statusUpdateReason?: string;
  suspendedEpochMs?: number;
  terminatedEpochMs?: number;
  failureReasons: readonly JobFailure[];
  generatedManifest?: S3GeneratedManifestDescriptor;
  /** Undefined until the manifest is read or generated; dropped at the end. */
  tasks?: TaskList;
  report: TaskReport;
  totalCount?: number;
  succeededCount: number;
  failedCount: number;
  /** Time in Active, without the present stretch. */
  activeMs: number;
  activeSinceEpochMs?: number;
  /** Ready for its first tasks, but for a free slot. */
  isWaitingForSlot: boolean;
}

/** The job as DescribeJob shows it. */
export function describe(job: Job, nowEpochMs: number): JobDescriptor {
  const { request } = job;
  return {
    JobId: job.jobId,
    ConfirmationRequired: request.ConfirmationRequired ?? true,
    Description: request.Description,
    JobArn: job.jobArn,
    Status: job.status,
    Manifest: request.Manifest,
    Operation: request.Operation,
    Priority: job.priority,
    ProgressSummary: progressSummary(job, nowEpochMs),
    StatusUpdateReason: job.statusUpdateReason,
    FailureReasons: job.failureReasons.length === 0 ? undefined : [...job.failureReasons],
    Report: request.Report,
    CreationTime: new Date(job.createdEpochMs),
    TerminationDate: dateOf(job.terminatedEpochMs),
    RoleArn: request.RoleArn,
    SuspendedDate: dateOf(job.suspendedEpochMs),
    SuspendedCause: job.suspendedEpochMs === undefined ? undefined : AWAITING_CONFIRMATION,
    ManifestGenerator: request.ManifestGenerator,
    GeneratedManifestDescriptor: job.generatedManifest,
  };
}

/** The job as ListJobs shows it. */
export function summarize(job: Job, nowEpochMs: number): JobListDescriptor {
  return {
    JobId: job.jobId,
    Description: job.request.Description,
    Operation: job.operationName,
    Priority: job.priority,
    Status: job.status,
    CreationTime: new Date(job.createdEpochMs),
    TerminationDate: dateOf(job.terminatedEpochMs),
    ProgressSummary: progressSummary(job, nowEpochMs),
  };
}

/** The only cause that AWS's pages name. */
export const AWAITING_CONFIRMATION = "AWAITING_CONFIRMATION";

/** Tasks that were run, well or not. */
export function ranCount(job: Job): number {
  return job.succeededCount + job.failedCount;
}

function progressSummary(job: Job, nowEpochMs: number): JobProgressSummary {
  const presentMs = job.activeSinceEpochMs === undefined ? 0 : nowEpochMs - job.activeSinceEpochMs;
  return {
    TotalNumberOfTasks: job.totalCount ?? 0,
    NumberOfTasksSucceeded: job.succeededCount,
    NumberOfTasksFailed: job.failedCount,
    Timers: { ElapsedTimeInActiveSeconds: Math.floor((job.activeMs + presentMs) / 1000) },
  };
}

function dateOf(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs);
}
