/** A job that waits for its confirmation: its manifest against what is missing, then its plan. */
import type { S3Client } from "@aws-sdk/client-s3";
import { LockstepError, isLockstepError } from "../errors";
import { missingVersions } from "../judge/verdict";
import type { Look } from "../look/look";
import { versionName } from "../proof/source-versions";
import { coverage } from "./choice";
import { plannedBytes } from "./job-findings";
import { readJobManifest, type ManifestEntry } from "./job-manifest";
import type { JobSnapshot } from "./job-state";
import type { Jobs } from "./jobs";
import type { Ledger, LedgerEntry } from "./ledger";
import { checkPlan, formatUsd, makePlan } from "./plan";
import { requireDeliverable } from "./rules-in-force";
import type { BackfillOptions } from "./options";

export interface ApproveOptions extends BackfillOptions {
  readonly s3: S3Client;
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  readonly entry: LedgerEntry;
  readonly job: JobSnapshot;
  /** The look that this very job was made for, in this run. */
  readonly lookBefore: Look | undefined;
  readonly lookNow: () => Promise<Look>;
}

/** Approved, with the record as it is then; or cancelled before it ran, for nothing or for another one. */
export type Approval =
  | { readonly entry: LedgerEntry }
  | { readonly cancelled: "nothing-to-do" | "cancelled"; readonly look: Look };

/**
 * Approves a job, or cancels it when its manifest does not hold all that is missing: S3's list follows the live rules, and a
 * job of an earlier run follows what was missing then.
 * @throws LockstepError `BudgetExceeded`, `PlanChanged`, `Declined`, `RulesDrifted`
 */
export async function approvePlan(options: ApproveOptions): Promise<Approval> {
  const { entry, job, lookBefore, outputs, signal } = options;
  const rows = await readRows(options);
  let look = lookBefore ?? (await options.lookNow());
  let found = coverageOf(rows, look);
  // Since the look that a job was made for, replication may have brought some by itself.
  const isStale = lookBefore !== undefined && found.absent.length > 0;
  if (isStale) {
    look = await options.lookNow();
    found = coverageOf(rows, look);
  }
  if (missingVersions(look).length === 0) {
    await options.jobs.cancel(job.jobId, "Nothing is missing any more", signal);
    return { cancelled: "nothing-to-do", look };
  }
  const isOwnOfThisRun = lookBefore !== undefined && entry.record.intent.manifest !== undefined;
  if (rows === undefined || (found.absent.length > 0 && !isOwnOfThisRun)) {
    await options.jobs.cancel(job.jobId, "Its manifest does not hold what is missing", signal);
    const message =
      `The job ${job.jobId} is cancelled before it runs: its manifest lacks ` +
      `${found.absent.length.toLocaleString("en-US")} versions that are missing. Another one takes its place.`;
    options.emit({ type: "note", message });
    return { cancelled: "cancelled", look };
  }
  requireDeliverable(look);
  const versions = look.versions.map(({ version }) => version);
  const plan = makePlan({
    jobId: job.jobId,
    manifestEtag: job.manifest?.etag ?? "",
    manifestBy: entry.record.intent.manifest === undefined ? "generator" : "own",
    objects: job.totalCount,
    extraObjects: found.extra.length,
    sizeBytes: plannedBytes(rows, versions),
    listedCount: versions.length,
    vaults: outputs.vaults.map(({ name }) => name),
    budgetUsd: options.config.backfill.budgetUsd,
  });
  options.emit({ type: "plan", ...plan });
  nameExtra(found.extra, options);
  checkPlan(plan, options.approvedPlanHash);
  await askFor(options, plan);
  const approved = await options.ledger.update(
    entry,
    { state: "approved", planHash: plan.planHash },
    signal,
  );
  await options.jobs.confirm(job.jobId, signal);
  options.emit({ type: "plan-confirmed", jobId: job.jobId, planHash: plan.planHash });
  return { entry: approved };
}

/** The rows of the job's manifest; undefined when nobody can say what the job would do. */
async function readRows(options: ApproveOptions): Promise<readonly ManifestEntry[] | undefined> {
  const { job, outputs, s3, signal } = options;
  try {
    return await readJobManifest(s3, job, outputs.operations.bucketName, signal);
  } catch (error) {
    if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
    options.emit({ type: "warning", code: error.code, message: error.message });
    return undefined;
  }
}

function coverageOf(rows: readonly ManifestEntry[] | undefined, look: Look) {
  return coverage(rows ?? [], new Set(missingVersions(look).map(versionName)));
}

/** As many rows that are not missing are named; the plan counts them all. */
const NAMED_EXTRA_LIMIT = 5;

function nameExtra(
  extra: readonly { readonly key: string; readonly versionId: string }[],
  { emit }: ApproveOptions,
): void {
  if (extra.length === 0) return;
  const names = extra
    .slice(0, NAMED_EXTRA_LIMIT)
    .map(({ key, versionId }) => `${key} ${versionId}`);
  const more = extra.length > NAMED_EXTRA_LIMIT ? ", ..." : "";
  emit({ type: "note", message: `In the manifest and not missing: ${names.join(", ")}${more}` });
}

async function askFor(options: ApproveOptions, plan: ReturnType<typeof makePlan>): Promise<void> {
  const isApproved =
    options.approvedPlanHash === plan.planHash ||
    (await options.confirm({
      code: "approve-plan",
      text: `Replicate ${plan.objects.toLocaleString("en-US")} versions for ${formatUsd(plan.priceUsd.total)}?`,
    }));
  if (isApproved) return;
  throw new LockstepError("Declined", "The plan was not approved.", {
    hint: `The job ${options.job.jobId} stays suspended and fails by itself after 30 days. Run the command again to approve it.`,
  });
}
