/** A job that waits for its confirmation: its manifest against what is missing, then its plan. */
import type { S3Client } from "@aws-sdk/client-s3";
import { isLockstepError } from "../errors";
import { isAnyMissing } from "../judge/verdict";
import type { Look } from "../look/look";
import type { Sequence } from "../spill/sequence";
import type { Coverage } from "./choice";
import type { ManifestEntry, ReadManifest } from "./job-manifest";
import type { JobSnapshot } from "./job-state";
import type { Jobs } from "./jobs";
import type { Ledger, LedgerEntry } from "./ledger";
import { passGate } from "./gate";
import { checkPlan } from "./plan";
import { coverageOf, planOfJob } from "./plan-job";
import { requireDeliverable } from "./rules-in-force";
import type { TrialOfPlan } from "./approval";
import type { NotedJob } from "./ensure-job";
import type { BackfillOptions } from "./options";
import type { Trial } from "./trial/records";
import type { Trials } from "./trial/trial";

export interface ApproveOptions extends Omit<BackfillOptions, "trial"> {
  readonly s3: S3Client;
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  readonly entry: LedgerEntry;
  readonly job: JobSnapshot;
  readonly readManifest: ReadManifest;
  /** The look that this very job was made for, in this run. */
  readonly lookBefore: Look | undefined;
  /** Records of jobs that have ended. */
  readonly settled: readonly LedgerEntry[];
  readonly trials: Trials;
  readonly lookNow: () => Promise<Look>;
}

/** Through the gate, with the record as it is then; or cancelled before it ran, for nothing or for another one. */
export type Approval =
  | { readonly entry: LedgerEntry }
  | { readonly cancelled: "nothing-to-do" | "cancelled"; readonly look: Look };

/**
 * Approves a job, or cancels it when its manifest does not hold all that is missing: S3's list follows the live rules, and a
 * job of an earlier run follows what was missing then.
 * @throws LockstepError `BudgetExceeded`, `PlanChanged`, `Declined`, `ApprovalAwaited`, `RulesDrifted`, `TrialFailed`
 */
export async function approvePlan(options: ApproveOptions): Promise<Approval> {
  const { entry, job, lookBefore, signal } = options;
  const rows = await readRows(options);
  let look = lookBefore ?? (await options.lookNow());
  let found = coverageOf(rows, look);
  // Since the look that a job was made for, replication may have brought some by itself.
  const isStale = lookBefore !== undefined && found.absentCount > 0;
  if (isStale) {
    look = await options.lookNow();
    found = coverageOf(rows, look);
  }
  if (!isAnyMissing(look)) {
    await options.jobs.cancel(job.jobId, "Nothing is missing any more", signal);
    return { cancelled: "nothing-to-do", look };
  }
  const isOwnOfThisRun = lookBefore !== undefined && entry.record.intent.manifest !== undefined;
  if (rows === undefined || (found.absentCount > 0 && !isOwnOfThisRun)) {
    await options.jobs.cancel(job.jobId, "Its manifest does not hold what is missing", signal);
    const message =
      `The job ${job.jobId} is cancelled before it runs: its manifest lacks ` +
      `${found.absentCount.toLocaleString("en-US")} versions that are missing. Another one takes its place.`;
    options.emit({ type: "note", message });
    return { cancelled: "cancelled", look };
  }
  requireDeliverable(look);
  const trial = await options.trials.plan(job, look, rows, options.settled);
  const coverage = trial === undefined ? found : coverageOf(rows, look, trial);
  const plan = planOfJob({ entry, job, rows, coverage, look, trial }, options);
  let made: NotedJob | undefined;
  try {
    checkPlan(plan, options.approvedPlanHash);
    // It is there before the plan is told, which somebody else may approve in the same moment.
    if (trial?.hasArrived === false) made = await options.trials.prepare(job.jobId, trial);
  } finally {
    options.emit({ type: "plan", ...plan });
    nameExtra(coverage, options);
  }
  const account = options.clients.source;
  const gate = { ...options, account, trial: trial && trialOfPlan(trial, made, options) };
  return { entry: await passGate(gate, plan) };
}

function trialOfPlan(
  trial: Trial,
  made: NotedJob | undefined,
  { job: { jobId }, trials }: ApproveOptions,
): TrialOfPlan {
  return {
    isApproved: (planHash) => trials.isApproved(jobId, planHash),
    run: made && ((planHash) => trials.run(jobId, made, trial, planHash)),
  };
}

/** The rows of the job's manifest; undefined when nobody can say what the job would do. */
async function readRows(options: ApproveOptions): Promise<Sequence<ManifestEntry> | undefined> {
  const { job, outputs, s3, signal } = options;
  try {
    return await options.readManifest(s3, job, outputs.operations.bucketName, signal);
  } catch (error) {
    if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
    options.emit({ type: "warning", code: error.code, message: error.message });
    return undefined;
  }
}

function nameExtra({ extra, extraCount }: Coverage, { emit }: ApproveOptions): void {
  if (extraCount === 0) return;
  const names = extra.map(({ key, versionId }) => `${key} ${versionId}`);
  const more = extraCount > extra.length ? ", ..." : "";
  emit({ type: "note", message: `In the manifest and not missing: ${names.join(", ")}${more}` });
}
