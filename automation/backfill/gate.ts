/** The gate: how a plan comes to its approval. It is asked for here, or given elsewhere by `lockstep approve`. */
import { LockstepError } from "../errors";
import { approve, type ApprovalOptions } from "./approval";
import { deadlinePassed } from "./follow";
import type { JobSnapshot } from "./job-state";
import type { LedgerEntry } from "./ledger";
import type { BackfillOptions } from "./options";
import { Pace } from "./pace";
import { counted, formatUsd } from "../words";
import type { Plan } from "./plan";

/** What the gate needs of a run. */
export type GateOptions = Pick<
  BackfillOptions,
  "approvedPlanHash" | "atGate" | "confirm" | "jobLimits"
> &
  ApprovalOptions;

/**
 * Gets a plan approved.
 * @returns the record as it is then. A job that was cancelled meanwhile is told by its next look.
 * @throws LockstepError `Declined`, `ApprovalAwaited`, `TrialFailed`, `DeadlinePassed`, `LedgerConflict`
 */
export async function passGate(options: GateOptions, plan: Plan): Promise<LedgerEntry> {
  const { approvedPlanHash, trial } = options;
  const isApproved = approvedPlanHash === plan.planHash || (await trial?.isApproved(plan.planHash));
  if (isApproved === true) return approve(options, plan);
  switch (options.atGate ?? "ask") {
    case "stop":
      throw new LockstepError(
        "ApprovalAwaited",
        `The job ${plan.jobId} awaits the approval of plan ${plan.planHash}.`,
        { hint: howToApprove(plan) },
      );
    case "wait":
      return untilApproved(options, plan);
    case "ask":
      return ask(options, plan);
  }
}

function howToApprove({ jobId, planHash }: Plan): string {
  return `\`lockstep approve ${jobId} ${planHash}\` approves it, from any desk; then \`lockstep backfill\` carries the job on. Nobody approves: it fails by itself after 30 days.`;
}

async function ask(options: GateOptions, plan: Plan): Promise<LedgerEntry> {
  const { confirm, entry, jobs, signal } = options;
  const isApproved = await confirm({
    code: "approve-plan",
    text: `Replicate ${counted(plan.objects, "version")} for ${formatUsd(plan.priceUsd.total)}?`,
  });
  if (isApproved) return approve(options, plan);
  const { status } = await jobs.describe(plan.jobId, signal);
  const text = `Cancel the job ${plan.jobId} (${status}) as well? What was charged for it is lost; without it, it can be approved for 30 days.`;
  const isToGo = await confirm({ code: "cancel-job", text });
  if (isToGo) {
    await jobs.cancel(plan.jobId, "Its plan was declined in lockstep", signal);
    return entry;
  }
  const approvedMeanwhile = status === "Suspended" ? "" : " Meanwhile somebody else approved it.";
  throw new LockstepError("Declined", `The plan was not approved.${approvedMeanwhile}`, {
    hint: `The job ${plan.jobId} stays suspended and fails by itself after 30 days. Run the command again to approve it, or let somebody else: \`lockstep approve ${plan.jobId} ${plan.planHash}\`.`,
  });
}

/** Looks at the job until somebody has let it run, or ended it. */
async function untilApproved(options: GateOptions, plan: Plan): Promise<LedgerEntry> {
  const { clock, emit, entry, jobLimits: limits, jobs, ledger, signal } = options;
  const { jobId, planHash } = plan;
  emit({ type: "note", message: `The job waits. ${howToApprove(plan)}` });
  const startEpochMs = clock.nowEpochMs();
  const pace = new Pace(limits, startEpochMs);
  let job: JobSnapshot;
  while ((job = await jobs.describe(jobId, signal)).status === "Suspended") {
    if ((await options.trial?.isApproved(planHash)) === true) {
      return approve({ ...options, entry: (await ledger.again(entry, signal)) ?? entry }, plan);
    }
    if (clock.nowEpochMs() - startEpochMs > limits.deadlineMs) {
      throw deadlinePassed("The job", job.status, limits);
    }
    await clock.sleep(pace.next(clock.nowEpochMs(), { remainingMs: null }), signal);
  }
  const current = (await ledger.again(entry, signal)) ?? entry;
  const { approvedBy, planHash: approvedHash, state } = current.record;
  if (job.status === "Cancelled" || job.status === "Cancelling") return current;
  if (state === "approved" && approvedHash === planHash) {
    emit({ type: "plan-confirmed", jobId, planHash, approvedBy: approvedBy ?? null });
  } else {
    // The ledger is on the source's side as is the job, so this is told and stops nothing: what arrives is judged at the vaults.
    const message = `The job ${jobId} runs (${job.status}), and the ledger has no approval of plan ${planHash}: somebody confirmed it past Lockstep.`;
    emit({ type: "warning", code: "ApprovedElsewhere", message });
  }
  return current;
}
