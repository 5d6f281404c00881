/** The batch jobs in the account and Region of a source, or of a vault in which jobs of ours may be: found, looked at, changed. */
import type { JobListDescriptor, S3ControlClient } from "@aws-sdk/client-s3-control";
import type { StackClients } from "../aws/stack-clients";
import { intentFrame, type IntentFrame } from "../backfill/intent";
import { isTerminal, parseJobStatus, UNFINISHED_STATUSES } from "../backfill/job-state";
import { BACKFILL, CHECKSUM, type JobKind, RELOCK } from "../backfill/job-kind";
import { Jobs } from "../backfill/jobs";
import { sourceFrame, vaultFrame } from "../checksum/checksum-frame";
import { forEachConcurrently } from "../concurrency";
import { awsFailure, isLockstepError, LockstepError } from "../errors";
import type { Session } from "../events";
import type { PriceOverrides } from "../prices/prices-of";
import { relockFrame } from "../relock/relock-frame";
import type { LockstepOutputs, VaultOutputs } from "../../components/promise/outputs";
import { WAITING } from "./attention";
import type { JobFields } from "./fields";
import { jobFields, type JobPlace, type JobWay } from "./job-fields";

/** What is asked of a source's jobs. */
export interface JobsOptions extends Session {
  /** Name of the source in the config. */
  readonly source: string;
  /** Name of a vault of it in which jobs of ours may be: its account and Region are asked, in place of the source's. Absent: the source's. */
  readonly vault?: string | undefined;
  /** What is deployed for it. */
  readonly outputs: LockstepOutputs;
  /** Of its account, and of its vaults'. */
  readonly clients: StackClients;
  /** The config's prices, by Region, in place of list prices. Absent: none. */
  readonly prices?: PriceOverrides | undefined;
}

/** DescribeJob calls at once: AWS names no rate for them, and jobs are few. */
const DESCRIBES_AT_ONCE = 4;

/** An account and Region in which jobs of ours may be. */
interface JobsPlace {
  readonly s3control: S3ControlClient;
  /** Of the jobs that are made there most: account, Region and bucket are those of all. */
  readonly frame: IntentFrame;
  /** What our jobs there have, by what they do. */
  readonly ways: readonly JobWay[];
  /** That they work on. */
  readonly bucketName: string;
}

/** The vaults of a source in whose accounts jobs of ours may be, in the order of the config. */
export function vaultsWithJobs({ clients }: Pick<JobsOptions, "clients">): readonly string[] {
  return [...clients.vaults].flatMap(([name, { outputs }]) =>
    waysInVault(outputs).length === 0 ? [] : [name],
  );
}

function waysInVault(vault: VaultOutputs): readonly JobWay[] {
  const reading = way(CHECKSUM, vaultFrame(vault, undefined));
  return [
    ...way(RELOCK, relockFrame(vault)),
    ...reading.map((one) => ({ ...one, bySource: true })),
  ];
}

function way(kind: JobKind, frame: IntentFrame | undefined): readonly JobWay[] {
  return frame === undefined ? [] : [{ kind, frame }];
}

/** @throws LockstepError `StackOutOfDate` for a vault without a role for jobs: no job of ours was ever made there */
export function jobsPlace({
  clients,
  outputs,
  vault,
}: Pick<JobsOptions, "clients" | "outputs" | "vault">): JobsPlace {
  if (vault === undefined) {
    const { bucketName } = outputs.source;
    const frame = intentFrame(outputs);
    const ways = [{ kind: BACKFILL, frame }, ...way(CHECKSUM, sourceFrame(outputs))];
    return { s3control: clients.source.s3control, frame, ways, bucketName };
  }
  const access = clients.vaults.get(vault);
  const ways = access === undefined ? [] : waysInVault(access.outputs);
  const frame = ways[0]?.frame;
  if (access === undefined || frame === undefined) {
    throw new LockstepError("StackOutOfDate", `The vault ${vault} has no role for jobs.`);
  }
  return { s3control: access.s3control, frame, ways, bucketName: access.outputs.bucketName };
}

/**
 * The jobs that work on a source's bucket, whoever made them, the latest first; and, of the others in its account and Region,
 * those that have not ended and do not tell on which bucket they work. AWS keeps a job for 90 days after its end.
 * @param all every job of the account and Region
 */
export async function listJobs(
  options: JobsOptions,
  { all = false }: { readonly all?: boolean } = {},
): Promise<readonly JobFields[]> {
  const { signal } = options;
  const { bucketName, frame, s3control } = jobsPlace(options);
  const jobs = new Jobs(s3control, frame);
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
    .filter((job) => all || isOnBucket(job, bucketName))
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

/**
 * One job as it is now.
 * @throws LockstepError `JobNotFound`
 */
export async function lookAtJob(options: JobsOptions, jobId: string): Promise<JobFields> {
  const { signal } = options;
  const { frame, s3control } = jobsPlace(options);
  const jobs = new Jobs(s3control, frame);
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

function placeOf(options: JobsOptions, listed: readonly JobListDescriptor[]): JobPlace {
  const { clock, prices, source, vault } = options;
  return {
    source,
    vault,
    ways: jobsPlace(options).ways,
    unfinished: listed,
    nowEpochMs: clock.nowEpochMs(),
    prices,
  };
}

function isOnBucket({ bucket, ours, status }: JobFields, ofPlace: string): boolean {
  if (ours || bucket === ofPlace) return true;
  return bucket === "unknown" && !isTerminal(status);
}

/** A job may be forgotten between the list and the look at it. */
function notFound(error: unknown): undefined {
  if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
}
