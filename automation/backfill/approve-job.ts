/** Approves a job that waits, from any desk: the plan is worked out anew from what AWS says now, and has to have the hash. */
import type { WaitLimits } from "../clock";
import type { ReplicationConfig } from "../../components/config/types";
import { LockstepError, type Problem } from "../errors";
import type { JobFields } from "../jobs/fields";
import { jobFields, type JobPlace } from "../jobs/job-fields";
import type { JobsOptions } from "../jobs/source-jobs";
import { isUnread } from "../judge/unread";
import type { Look, LookOptions } from "../look/look";
import { lookAtPromise } from "../look/look-at-promise";
import { versionName } from "../proof/source-versions";
import { namesOf } from "../proof/version-names";
import type { NameMap } from "../spill/name-map";
import { approve, type TrialOfPlan } from "./approval";
import { ledgerOf, trialLedgerOf, withEarlierReports } from "./earlier-reports";
import { intentFrame } from "./intent";
import { BACKFILL } from "./job-kind";
import { readJobManifest } from "./job-manifest";
import { jobSnapshot } from "./job-snapshot";
import { isTerminal } from "./job-state";
import { Jobs } from "./jobs";
import type { LedgerEntry, LedgerPages } from "./ledger";
import { checkPlan, type Plan } from "./plan";
import { coverageOf, planOfJob } from "./plan-job";
import { requireDeliverable } from "./rules-in-force";
import { hasArrived } from "./trial/choose";
import { followApproved } from "./trial/follow-approved";
import { isOpen, type Trial, TrialRecords } from "./trial/records";

/** What `approveJob` is given. */
export interface ApproveJobOptions
  extends JobsOptions, Pick<LookOptions, "concurrency" | "settleLimits"> {
  /** How to wait for the job of a trial. */
  readonly jobLimits: WaitLimits;
  /** The one source's, as `deployedSources` gives it. */
  readonly config: ReplicationConfig;
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  /** Of the plan that was looked at. */
  readonly planHash: string;
}

/**
 * Approves exactly the plan with this hash, and lets the job run, once its trial has arrived where it has one; whoever drives
 * it follows it to its verdict. Nothing is made or changed before the plan is known to be that one. A job that runs already
 * under an approval of that plan is left alone.
 * @returns the job as it is then
 * @throws LockstepError `JobNotFound`, `JobNotOurs`, `JobEnded`, `JobNotReady`, `PlanChanged`, `BudgetExceeded`, `RulesDrifted`,
 * `AwsRefused` where something could not be looked at, `LedgerConflict`, `TrialFailed`
 */
export async function approveJob(options: ApproveJobOptions): Promise<JobFields> {
  const { clients, jobId, outputs, planHash, signal } = options;
  const jobs = new Jobs(clients.source.s3control, intentFrame(outputs));
  const ledger = ledgerOf(clients.source.s3, outputs);
  const found = await jobs.read(jobId, signal);
  const why = jobs.whyForeign(found);
  if (why !== undefined) throw notOurs(jobId, why);
  const job = jobSnapshot(jobId, found);
  if (isTerminal(job.status)) {
    throw new LockstepError(
      "JobEnded",
      `The job ${jobId} is ${job.status}: nobody can approve it.`,
    );
  }
  const pages = await ledger.open(signal);
  const entry = entryOf(jobId, pages) ?? (await throwNoRecord(options));
  if (job.status !== "Suspended") {
    const { record } = entry;
    if (record.state === "approved" && record.planHash === planHash) {
      const message = `The job ${jobId} is ${job.status}: this plan was approved already.`;
      options.emit({ type: "note", message });
      return jobFields(found, placeOf(options));
    }
    throw new LockstepError(
      "JobNotReady",
      `The job ${jobId} is ${job.status}, and awaits no approval.`,
      {
        hint: "A job that S3 has not counted yet awaits it soon; one that runs was confirmed already. `lockstep jobs` tells.",
      },
    );
  }
  const rows = await readJobManifest(clients.source.s3, job, outputs.operations.bucketName, signal);
  const settled = pages.entries.filter(({ record }) => record.state === "settled");
  const amend = (look: Look): Promise<Look> => withEarlierReports(look, options, settled);
  const look = await lookAtPromise({ ...options, amend });
  requireSeen(look, namesOf(rows), options);
  requireDeliverable(look);
  const { s3, s3control } = clients.source;
  const trialLedger = trialLedgerOf(s3, outputs);
  const records = new TrialRecords({ ...options, s3control, trialLedger });
  // Whether one is tried is for whoever makes the jobs to decide; the hash tells whether it is what was approved.
  const trial = await records.known(jobId, look, rows);
  const coverage = coverageOf(rows, look, trial);
  const plan = planOfJob({ entry, job, rows, coverage, look, trial }, options);
  options.emit({ type: "plan", ...plan });
  checkPlan(plan, planHash);
  // The vaults' word is enough, wherever whoever followed the trial stopped.
  const isToRun = trial?.hasArrived === false && !hasArrived(trial.judged);
  const toRun = isToRun ? await trialToRun(trial, plan, look, { ...options, records }) : undefined;
  await approve({ ...options, account: clients.source, jobs, ledger, entry, trial: toRun }, plan);
  return jobFields(await jobs.read(jobId, signal), placeOf(options));
}

/**
 * The trial of a job, as an approval lets it run and follows it: whoever drives the job sees by it that the plan is approved.
 * @throws LockstepError `JobNotReady` where there is none that waits
 */
async function trialToRun(
  trial: Trial,
  plan: Plan,
  { promise }: Look,
  options: ApproveJobOptions & { readonly records: TrialRecords },
): Promise<TrialOfPlan> {
  const { emit, records } = options;
  const { jobId, planHash } = plan;
  const { entry } = trial;
  const trialJobId = isOpen(entry) ? entry.record.jobId : undefined;
  const status = trialJobId && (await records.describe(trialJobId)).status;
  const isApproved = await records.isApproved(jobId, planHash);
  if (trialJobId === undefined || (status !== "Suspended" && !isApproved)) {
    const what =
      trialJobId === undefined ? "no job that waits" : `the job ${trialJobId} (${status})`;
    throw new LockstepError("JobNotReady", `The trial of ${jobId} has ${what}.`, {
      hint: "`lockstep backfill` makes the job of the trial and follows it; `--stop-at-plan` ends there, and what was approved stays approved.",
    });
  }
  return {
    isApproved: () => Promise.resolve(isApproved),
    run: async () => {
      if (!isApproved) await records.confirm(trialJobId, planHash);
      const message = `The plan is approved. The job ${trialJobId} brings one version first; ${jobId} runs once that has arrived, here or by \`lockstep backfill\`.`;
      emit({ type: "note", message });
      await followApproved(trialJobId, trial, plan, promise, options);
    },
  };
}

/** Without the jobs that this one may have to wait for: to list them is one right more. */
function placeOf({ clock, outputs, prices, source }: ApproveJobOptions): JobPlace {
  const ways = [{ kind: BACKFILL, frame: intentFrame(outputs) }];
  return { source, ways, unfinished: [], nowEpochMs: clock.nowEpochMs(), prices };
}

/** The record of a job: without it no driver follows it, and nobody knows what it was made for. */
function entryOf(jobId: string, { entries }: LedgerPages): LedgerEntry | undefined {
  return entries.find(({ record }) => record.jobId === jobId && record.state !== "settled");
}

/** @throws LockstepError `JobNotReady` for the trial of a job, which goes by the approval of that; else `JobNotOurs` */
async function throwNoRecord({
  clients,
  jobId,
  outputs,
  signal,
}: ApproveJobOptions): Promise<never> {
  const trial = entryOf(jobId, await trialLedgerOf(clients.source.s3, outputs).open(signal));
  const triedFor = trial?.record.intent.trial?.jobId;
  if (triedFor === undefined) throw notOurs(jobId, "the ledger has no open record of it");
  const message = `The job ${jobId} brings one version of the job ${triedFor} first, and runs once the plan of that one is approved.`;
  throw new LockstepError("JobNotReady", message, {
    hint: `\`lockstep approve ${triedFor} HASH\` approves both, by the hash that \`lockstep backfill\` shows.`,
  });
}

function notOurs(jobId: string, why: string): LockstepError {
  return new LockstepError("JobNotOurs", `The job ${jobId} cannot be approved: ${why}.`, {
    hint: "`lockstep backfill` takes up a job of this stack that nobody has noted; `lockstep jobs` lists them.",
  });
}

/** As many are named one by one. */
const NAMED_LIMIT = 20;

/**
 * A plan that is worked out from half of what there is would be another one, for a reason that nobody would find. What the job
 * leaves alone is not needed for it, and so is told as a warning: else a single version that is hidden could keep everybody from approving.
 * @throws LockstepError `AwsRefused`, with what could not be looked at
 */
function requireSeen(look: Look, names: Pick<NameMap, "has">, { emit }: ApproveJobOptions): void {
  const { source, vaults } = look.promise;
  const vaultText = (name: string): string => {
    const { accountId = "?", bucketName = "?" } = vaults.get(name) ?? {};
    return `vault ${name} (${bucketName}, account ${accountId})`;
  };
  const at = `source ${source.bucketName} (account ${source.accountId})`;
  const problems: Problem[] = [
    ...look.drift.flatMap(({ allows, found, path, resource }) =>
      isUnread(found)
        ? [{ path: `${resource} ${path}`, message: `${found.unreadable}: ${allows ?? at}` }]
        : [],
    ),
    ...[...look.listings].flatMap(([vault, { problem }]) =>
      problem === undefined ? [] : [{ path: vaultText(vault), message: problem }],
    ),
  ];
  const others: Problem[] = [];
  for (const { outcomes, version } of look.versions) {
    const isOfJob = names.has(versionName(version));
    for (const { cause = "it cannot be looked at", code, kind, vault } of outcomes) {
      if (kind !== "unverifiable" || (!isOfJob && code !== "no-right")) continue;
      const where = vault === undefined ? at : `${at}, ${vaultText(vault)}`;
      const path = `${version.key} ${version.versionId} in ${where}`;
      (isOfJob ? problems : others).push({ path, message: cause });
    }
  }
  const [first] = others;
  if (first !== undefined) {
    const message = `${others.length} times a version that the job leaves alone could not be looked at, as ${first.path}: ${first.message}`;
    emit({ type: "warning", code: "NotLookedAt", message });
  }
  if (problems.length === 0) return;
  throw new LockstepError(
    "AwsRefused",
    "The plan cannot be worked out: not everything that it depends on can be looked at.",
    {
      problems: problems.slice(0, NAMED_LIMIT),
      hint: "`lockstep policies --operator` tells what the credentials need. Nothing was approved.",
    },
  );
}
