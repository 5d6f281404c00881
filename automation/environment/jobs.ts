/** The batch jobs of all sources of a stack. */

import { approveJob } from "../backfill/approve-job";
import { awsFailure, explained, isLockstepError, LockstepError, messageOf } from "../errors";
import { cancelJob, setJobPriority } from "../jobs/change-job";
import type { ReportsAthena } from "../jobs/athena/reports-athena";
import type { JobFields, LineageFields } from "../jobs/fields";
import { readLineage } from "../jobs/lineage";
import {
  jobsPlace,
  listJobs,
  lookAtJob,
  vaultsWithJobs,
  type JobsOptions,
} from "../jobs/source-jobs";
import { watchJobs, type WatchedJob } from "../jobs/watch-jobs";
import { chooseEngine } from "../levels/choose-level";
import type { AthenaShare } from "../look/athena/fields";
import { requireEnabledInConfig, requireUpToDate } from "../stack/up-to-date";
import type { Call } from "./call";
import { inTurn, Meeting } from "./meeting";
import { openForLook, withSources, type SourceOfJobs } from "./opened";
import type {
  ApproveOptions,
  CancelOptions,
  LineageOptions,
  ListJobsOptions,
  PriorityOptions,
  WatchOptions,
} from "./options";

/**
 * Ours and others' on the bucket of each source, and on each vault whose locks are extended; one of an account that several share is
 * there once. A vault's account that may not be asked is warned of.
 */
export async function jobs(
  { all = false, source }: ListJobsOptions,
  call: Call,
): Promise<readonly JobFields[]> {
  return withSources(await openForLook(call), source, call, async (sources) => {
    const lists: (readonly JobFields[])[] = [];
    for (const one of sources) lists.push(await listJobs(one, { all }));
    for (const one of vaultsOf(sources)) {
      try {
        lists.push(await listJobs(one, { all }));
      } catch (error) {
        const message = `Jobs of the vault ${nameOf(one)} are not listed: ${refusalOf(error)}`;
        one.emit({ type: "warning", code: "VaultJobsUnread", message });
      }
    }
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
      watched.push({ jobId, at: await placeOfJob(jobId, sources, vaultsOf(sources)) });
    }
    return watchJobs(watched, call.limits.jobLimits);
  });
}

/** Asks, and cancels. */
export async function cancel({ jobId, source }: CancelOptions, call: Call): Promise<JobFields> {
  return withSources(await openForLook(call), source, call, async (sources) =>
    cancelJob({
      ...(await placeOfJob(jobId, sources, vaultsOf(sources))),
      jobId,
      confirm: call.confirm,
    }),
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
    setJobPriority({
      ...(await placeOfJob(jobId, sources, vaultsOf(sources))),
      jobId,
      priority,
    }),
  );
}

/** What every job made of a key, at each source that has it. */
export async function lineage(
  { engine, key, source, versionId }: LineageOptions,
  call: Call,
): Promise<readonly LineageFields[]> {
  const isByAthena = chooseEngine(engine) === "athena";
  return withSources(await openForLook(call), source, call, async (sources) => {
    if (isByAthena) requirePlaces(sources);
    // Athena's budget is one for all sources: none is asked for before it is known what all of them may cost.
    const shares = isByAthena ? new Meeting<AthenaShare>() : undefined;
    const unknown: LockstepError[] = [];
    const works = sources.map((one) => async (): Promise<readonly LineageFields[]> => {
      try {
        const athena = shares && reportsAthena(one, call, shares);
        return await readLineage(one, { key, versionId, athena });
      } catch (error) {
        if (!isLockstepError(error) || error.code !== "NoVersionsFound") throw error;
        unknown.push(error);
        return [];
      }
    });
    const lines = await (shares === undefined ? inTurn(works) : shares.run(works));
    if (lines.flat().length === 0) throw unknownAtAll(key, unknown);
    return lines.flat();
  });
}

/** @throws LockstepError `ConfigInvalid` where a source has no Athena */
function requirePlaces(sources: readonly SourceOfJobs[]): void {
  const lacking = sources.filter(
    ({ config, source }) => placeOfReports(config, source) === undefined,
  );
  if (lacking.length === 0) return;
  throw new LockstepError("ConfigInvalid", "Athena cannot be asked without a place to work in.", {
    problems: lacking.map(({ source }) => ({
      path: `backfill.athena.${source}`,
      message: "is missing: expected { location, workgroup, database } of the source's account",
    })),
  });
}

function placeOfReports({ backfill }: SourceOfJobs["config"], source: string) {
  const places = backfill.athena ?? {};
  return Object.hasOwn(places, source) ? places[source] : undefined;
}

/** By what Athena is asked. */
function reportsAthena(
  { config, source }: SourceOfJobs,
  { confirm }: Call,
  shares: Meeting<AthenaShare>,
): ReportsAthena | undefined {
  const place = placeOfReports(config, source);
  const { athenaBudgetUsd: budgetUsd } = config.backfill;
  return place && { place, budgetUsd, confirm, gather: (share) => shares.come(share) };
}

/** What each source says, where none has it. */
function unknownAtAll(key: string, errors: readonly LockstepError[]): LockstepError {
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first;
  return new LockstepError("NoVersionsFound", `No source has a lineage of ${key}.`, {
    problems: errors.map(({ message }) => ({ path: "", message })),
  });
}

/** The vaults whose locks are extended, each once, as a place of its jobs. */
function vaultsOf<Place extends JobsOptions>(sources: readonly Place[]): readonly Place[] {
  const found = new Map<string, Place>();
  for (const one of sources) {
    for (const vault of vaultsWithJobs(one)) {
      const place = { ...one, vault };
      const { sourceBucketArn } = jobsPlace(place).frame;
      if (!found.has(sourceBucketArn)) found.set(sourceBucketArn, place);
    }
  }
  return [...found.values()];
}

/**
 * The source or vault in whose account and Region a job is; of several there, the one that it is of.
 * @throws LockstepError `JobNotFound`
 */
async function placeOfJob<Place extends JobsOptions>(
  jobId: string,
  sources: readonly Place[],
  vaults: readonly Place[] = [],
): Promise<Place> {
  let found: Place | undefined;
  const unasked: string[] = [];
  for (const one of [...sources, ...vaults]) {
    // What was found is in no other account; in this one it may be of another source, or of a vault.
    if (found !== undefined && !isInSamePlace(one, found)) continue;
    try {
      const job = await lookAtJob(one, jobId);
      if (job.ours || job.bucket === jobsPlace(one).bucketName) return one;
      found ??= one;
    } catch (error) {
      if (isLockstepError(error) && error.code === "JobNotFound") continue;
      if (one.vault === undefined) throw error;
      unasked.push(`vault ${nameOf(one)}: ${refusalOf(error)}`);
    }
  }
  if (found !== undefined) return found;
  const where =
    unasked.length === 0 ? "" : ` where it may be asked. It may not of ${unasked.join("; ")}`;
  throw new LockstepError(
    "JobNotFound",
    `S3 Batch Operations does not know the job ${jobId}${where}.`,
    unasked.length === 0 ? {} : { hint: RIGHTS_AT_VAULTS },
  );
}

/** Where a job may be one of an account that may not be asked. */
const RIGHTS_AT_VAULTS =
  "A job of `lockstep relock` is in its vault's account: allow there the statement FollowRelockJobs of what `lockstep policies --operator` writes, or correct the vault's credentials, and run the command again.";

function isInSamePlace(one: JobsOptions, other: JobsOptions): boolean {
  const [{ frame }, { frame: known }] = [jobsPlace(one), jobsPlace(other)];
  return frame.accountId === known.accountId && frame.region === known.region;
}

/** As in `primary (account 222222222222)`. */
function nameOf(place: JobsOptions): string {
  return `${place.vault ?? place.source} (account ${jobsPlace(place).frame.accountId})`;
}

/**
 * Why a vault's account may not be asked, in words.
 * @throws what is anything else
 */
function refusalOf(error: unknown): string {
  const told = explained(error);
  const isRefusal =
    isLockstepError(told) &&
    (told.code === "CredentialsUnusable" || awsFailure(error)?.httpStatus === 403);
  if (!isRefusal) throw error;
  return messageOf(told);
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
