import { cancelJob, setJobPriority } from "../../jobs/change-job";
import type { JobFields } from "../../jobs/fields";
import { listJobs, lookAtJob, type JobsOptions } from "../../jobs/source-jobs";
import { watchJobs, type WatchedJob } from "../../jobs/watch-jobs";
import { isLockstepError, LockstepError } from "../../errors";
import type { CommandContext, CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { AWS_LIMITS, openForLook, withSources } from "./stack-command";

/** `lockstep jobs`: ours and others' on the bucket of each source. */
export const jobs: CommandHandler = async (context) => {
  const { allJobs: all, source } = context.flags;
  const found = await withSources(await openForLook(context), context, async (sources) => {
    const lists: (readonly JobFields[])[] = [];
    for (const one of sources) lists.push(await listJobs(one, { all }));
    return oncePerJob(lists.flat());
  });
  for (const job of found) context.emit({ type: "job", ...job });
  if (found.length === 0) {
    const where = source === undefined ? "the source's bucket" : `the bucket of source ${source}`;
    const message = `No batch job of the last 90 days works on ${where}.`;
    context.emit({ type: "note", message });
  }
  return EXIT.ok;
};

/** `lockstep watch JOB...`: several in one view. Ends with each job as it ended. */
export const watch: CommandHandler = async (context) => {
  const ended = await withSources(await openForLook(context), context, async (sources) => {
    const watched: WatchedJob[] = [];
    for (const jobId of new Set(context.flags.jobs)) {
      watched.push({ jobId, at: await placeOfJob(jobId, sources) });
    }
    return watchJobs(watched, AWS_LIMITS.jobLimits);
  });
  for (const job of ended) context.emit({ type: "job", ...job });
  const hasFailed = ended.some(({ failedCount, status }) => status === "Failed" || failedCount > 0);
  if (hasFailed) {
    const message = "Not every task succeeded: `lockstep verify` looks at what the vaults lack.";
    context.emit({ type: "note", message });
    return EXIT.failure;
  }
  return ended.some(({ status }) => status === "Cancelled") ? EXIT.jobCancelled : EXIT.ok;
};

/** `lockstep cancel JOB` */
export const cancel: CommandHandler = (context) =>
  withJob(context, (options) => cancelJob({ ...options, confirm: context.confirm }));

/** `lockstep priority JOB NUMBER` */
export const priority: CommandHandler = (context) =>
  withJob(context, (options) =>
    setJobPriority({ ...options, priority: context.flags.priority ?? 0 }),
  );

async function withJob(
  context: CommandContext,
  work: (options: JobsOptions & { readonly jobId: string }) => Promise<JobFields>,
): Promise<number> {
  const jobId = context.flags.job ?? "";
  const job = await withSources(await openForLook(context), context, async (sources) =>
    work({ ...(await placeOfJob(jobId, sources)), jobId }),
  );
  context.emit({ type: "job", ...job });
  return EXIT.ok;
}

/**
 * The source in whose account and Region a job is; of several there, the one that it is of.
 * @throws LockstepError `JobNotFound`
 */
async function placeOfJob(jobId: string, sources: readonly JobsOptions[]): Promise<JobsOptions> {
  let found: JobsOptions | undefined;
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
  throw new LockstepError("JobNotFound", `S3 Batch Operations does not know the job ${jobId}.`, {
    hint: "`lockstep jobs` lists those of the last 90 days in the account and Region of each source.",
  });
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
