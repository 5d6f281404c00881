/** What somebody should know of an unfinished job. Pure. */
import type { JobDescriptor, JobListDescriptor } from "@aws-sdk/client-s3-control";
import { CONFIRM_WITHIN_DAYS, type JobStatus } from "../backfill/job-state";
import type { JobAttention } from "./fields";

/** What else a job is looked at with. */
export interface Beside {
  /** All unfinished jobs of the account and Region: whoever waits, waits for some of them. */
  readonly unfinished: readonly JobListDescriptor[];
  readonly nowEpochMs: number;
  /** The command that shows the plan of one that waits, and asks. */
  readonly carriedOnBy: "backfill" | "relock" | "verify --level checksum";
}

/** How far a job is. */
interface Advance {
  readonly status: JobStatus;
  /** Tasks that have ended. */
  readonly doneCount: number;
  readonly activeSeconds: number;
}

const DAY_MS = 86_400_000;

/** Suspended for longer than this is called forgotten: whoever wanted it would have come. */
const FORGOTTEN_AFTER_DAYS = 7;

/** A job that has been Active for so long without one task done. AWS names no figure; tasks take seconds. */
const STALLED_AFTER_SECONDS = 600;

/** Statuses of a job that has tasks to do and does none. */
export const WAITING: ReadonlySet<JobStatus> = new Set(["Ready", "Pausing", "Paused"]);

/** @param job as DescribeJob answered */
export function attentionOf(
  job: JobDescriptor,
  { activeSeconds, doneCount, status }: Advance,
  { carriedOnBy, nowEpochMs, unfinished }: Beside,
): JobAttention | null {
  if (status === "Suspended") return suspended(job, nowEpochMs, carriedOnBy);
  const priority = job.Priority ?? 0;
  if (WAITING.has(status)) {
    const before = unfinished.filter(
      (one) =>
        one.JobId !== job.JobId && one.Status === "Active" && (one.Priority ?? 0) >= priority,
    );
    if (before.length === 0) return null;
    const names = before.map((one) => `${one.JobId ?? ""} (priority ${one.Priority ?? 0})`);
    return {
      code: "paused-by-priority",
      message: `priority ${priority} waits for ${names.join(", ")}: \`lockstep priority ${job.JobId ?? ""} NUMBER\` puts it first`,
    };
  }
  if (status !== "Active" || doneCount > 0 || activeSeconds <= STALLED_AFTER_SECONDS) return null;
  const minutes = Math.floor(activeSeconds / 60);
  return {
    code: "stalled",
    message: `Active for ${minutes} minutes without one task done: \`lockstep doctor\` looks for the cause`,
  };
}

function suspended(
  job: JobDescriptor,
  nowEpochMs: number,
  carriedOnBy: Beside["carriedOnBy"],
): JobAttention {
  const sinceEpochMs = (job.SuspendedDate ?? job.CreationTime)?.getTime();
  const createdEpochMs = job.CreationTime?.getTime();
  const day = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
  const end =
    createdEpochMs === undefined
      ? `fails ${CONFIRM_WITHIN_DAYS} days after it was made`
      : `fails on ${day(createdEpochMs + CONFIRM_WITHIN_DAYS * DAY_MS)}`;
  const isForgotten =
    sinceEpochMs !== undefined && nowEpochMs - sinceEpochMs > FORGOTTEN_AFTER_DAYS * DAY_MS;
  const since = sinceEpochMs === undefined ? "" : ` since ${day(sinceEpochMs)}`;
  return {
    code: isForgotten ? "forgotten" : "awaiting-confirmation",
    message: `awaits confirmation${since} and ${end}: \`lockstep ${carriedOnBy}\` shows its plan and asks, \`lockstep cancel ${job.JobId ?? ""}\` ends it`,
  };
}
