/** The batch jobs in the account and Region of a source: found, looked at, changed. */
import type { JobListDescriptor } from "@aws-sdk/client-s3-control";
import type { StackClients } from "../aws/stack-clients";
import { intentFrame } from "../backfill/intent";
import { isTerminal, parseJobStatus, UNFINISHED_STATUSES } from "../backfill/job-state";
import { Jobs } from "../backfill/jobs";
import { forEachConcurrently } from "../concurrency";
import { awsFailure, isLockstepError } from "../errors";
import type { Session } from "../events";
import type { PriceOverrides } from "../prices/prices-of";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { WAITING } from "./attention";
import type { JobFields } from "./fields";
import { jobFields, type JobPlace } from "./job-fields";

/** What is asked of a source's jobs. */
export interface JobsOptions extends Session {
  /** Name of the source in the config. */
  readonly source: string;
  /** What is deployed for it. */
  readonly outputs: LockstepOutputs;
  /** Of its account. */
  readonly clients: StackClients;
  /** The config's prices, by Region, in place of list prices. Absent: none. */
  readonly prices?: PriceOverrides | undefined;
}

/** DescribeJob calls at once: AWS names no rate for them, and jobs are few. */
const DESCRIBES_AT_ONCE = 4;

/**
 * The jobs that work on a source's bucket, whoever made them, the latest first; and, of the others in its account and Region,
 * those that have not ended and do not tell on which bucket they work. AWS keeps a job for 90 days after its end.
 * @param all every job of the account and Region
 */
export async function listJobs(
  options: JobsOptions,
  { all = false }: { readonly all?: boolean } = {},
): Promise<readonly JobFields[]> {
  const { clients, outputs, signal } = options;
  const jobs = new Jobs(clients.source.s3control, intentFrame(outputs));
  const listed: JobListDescriptor[] = [];
  for await (const job of jobs.list(undefined, signal)) listed.push(job);
  const place = placeOf(options, listed);
  const found = new Map<string, JobFields>();
  await forEachConcurrently(
    listed,
    { limit: DESCRIBES_AT_ONCE, signal },
    async ({ JobId: jobId }) => {
      if (jobId === undefined) return;
      const one = await jobs.read(jobId, signal).catch(notFound);
      if (one !== undefined) found.set(jobId, jobFields(one, place));
    },
  );
  return listed
    .flatMap(({ JobId }) => found.get(JobId ?? "") ?? [])
    .filter((job) => all || isOnBucket(job, outputs.source.bucketName))
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

/**
 * One job as it is now.
 * @throws LockstepError `JobNotFound`
 */
export async function lookAtJob(options: JobsOptions, jobId: string): Promise<JobFields> {
  const { clients, outputs, signal } = options;
  const jobs = new Jobs(clients.source.s3control, intentFrame(outputs));
  const job = await jobs.read(jobId, signal);
  const unfinished: JobListDescriptor[] = [];
  // Only whoever waits has to be told for whom; whoever may not list jobs is not told.
  if (WAITING.has(parseJobStatus(job.Status))) {
    try {
      for await (const one of jobs.list(UNFINISHED_STATUSES, signal)) unfinished.push(one);
    } catch (error) {
      if (awsFailure(error)?.httpStatus !== 403) throw error;
    }
  }
  return jobFields(job, placeOf(options, unfinished));
}

function placeOf(
  { clock, outputs, prices, source }: JobsOptions,
  listed: readonly JobListDescriptor[],
): JobPlace {
  return {
    source,
    frame: intentFrame(outputs),
    unfinished: listed,
    nowEpochMs: clock.nowEpochMs(),
    prices,
  };
}

function isOnBucket({ bucket, ours, status }: JobFields, sourceBucket: string): boolean {
  if (ours || bucket === sourceBucket) return true;
  return bucket === "unknown" && !isTerminal(status);
}

/** A job may be forgotten between the list and the look at it. */
function notFound(error: unknown): undefined {
  if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
}
