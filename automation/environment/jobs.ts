/** The batch jobs of all sources of a stack. */

import { approveJob } from "../backfill/approve-job";
import { isLockstepError, LockstepError } from "../errors";
import { cancelJob, setJobPriority } from "../jobs/change-job";
import type { JobFields, LineageFields } from "../jobs/fields";
import { readLineage } from "../jobs/lineage";
import { listJobs, lookAtJob, type JobsOptions } from "../jobs/source-jobs";
import { watchJobs, type WatchedJob } from "../jobs/watch-jobs";
import { requireEnabledInConfig, requireUpToDate } from "../stack/up-to-date";
import type { Call } from "./call";
import { openForLook, withSources } from "./opened";
import type {
  ApproveOptions,
  CancelOptions,
  LineageOptions,
  ListJobsOptions,
  PriorityOptions,
  WatchOptions,
} from "./options";

/** Ours and others' on the bucket of each source; one of an account that sources share is there once. */
export async function jobs(
  { all = false, source }: ListJobsOptions,
  call: Call,
): Promise<readonly JobFields[]> {
  return withSources(await openForLook(call), source, call, async (sources) => {
    const lists: (readonly JobFields[])[] = [];
    for (const one of sources) lists.push(await listJobs(one, { all }));
    return oncePerJob(lists.flat());
  });
}

/** Several at once, to their ends. */
export async function watch(
  { jobIds, source }: WatchOptions,
  call: Call,
): Promise<readonly JobFields[]> {
  return withSources(await openForLook(call), source, call, async (sources) => {
    const watched: WatchedJob[] = [];
    for (const jobId of new Set(jobIds)) {
      watched.push({ jobId, at: await placeOfJob(jobId, sources) });
    }
    return watchJobs(watched, call.limits.jobLimits);
  });
}

/** Asks, and cancels. */
export async function cancel({ jobId, source }: CancelOptions, call: Call): Promise<JobFields> {
  return withSources(await openForLook(call), source, call, async (sources) =>
    cancelJob({ ...(await placeOfJob(jobId, sources)), jobId, confirm: call.confirm }),
  );
}

/** Approves one plan of a job that waits. */
export async function approve(
  { jobId, planHash, source }: ApproveOptions,
  call: Call,
): Promise<JobFields> {
  const opened = await openForLook(call);
  requireEnabledInConfig(opened.config);
  return withSources(opened, source, call, async (sources) => {
    const place = await placeOfJob(jobId, sources);
    requireUpToDate(place.config, place.outputs);
    return approveJob({ ...place, ...call.limits, jobId, planHash });
  });
}

/** Puts a job before others, or behind. */
export async function setPriority(
  { jobId, priority, source }: PriorityOptions,
  call: Call,
): Promise<JobFields> {
  return withSources(await openForLook(call), source, call, async (sources) =>
    setJobPriority({ ...(await placeOfJob(jobId, sources)), jobId, priority }),
  );
}

/** What every job made of a key, at each source that has it. */
export async function lineage(
  { key, source, versionId }: LineageOptions,
  call: Call,
): Promise<readonly LineageFields[]> {
  return withSources(await openForLook(call), source, call, async (sources) => {
    const lines: LineageFields[] = [];
    let unknown: unknown;
    for (const one of sources) {
      try {
        lines.push(...(await readLineage(one, { key, versionId })));
      } catch (error) {
        if (!isLockstepError(error) || error.code !== "NoVersionsFound") throw error;
        unknown = error;
      }
    }
    if (lines.length === 0) throw unknown;
    return lines;
  });
}

/**
 * The source in whose account and Region a job is; of several there, the one that it is of.
 * @throws LockstepError `JobNotFound`
 */
async function placeOfJob<Place extends JobsOptions>(
  jobId: string,
  sources: readonly Place[],
): Promise<Place> {
  let found: Place | undefined;
  for (const one of sources) {
    try {
      const job = await lookAtJob(one, jobId);
      if (job.ours || job.bucket === one.outputs.source.bucketName) return one;
      found ??= one;
    } catch (error) {
      if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
    }
  }
  if (found !== undefined) return found;
  throw new LockstepError("JobNotFound", `S3 Batch Operations does not know the job ${jobId}.`);
}

/** Sources may share an account and Region: each job once, as the source sees it that it is of. */
function oncePerJob(found: readonly JobFields[]): readonly JobFields[] {
  const byId = new Map<string, JobFields>();
  for (const job of found) {
    const known = byId.get(job.jobId);
    if (known === undefined || (job.ours && !known.ours)) byId.set(job.jobId, job);
  }
  return [...byId.values()];
}
