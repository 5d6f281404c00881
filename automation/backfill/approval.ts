/** An approval, noted before the job may run: who, when, and of which plan. */
import { callerIdentity, type AccountClients } from "../aws/aws-clients";
import type { Session } from "../events";
import type { Jobs } from "./jobs";
import type { Ledger, LedgerEntry, LedgerRecord } from "./ledger";
import type { Plan } from "./plan";

/** What an approval is made of. */
export interface ApprovalOptions extends Session {
  /** Of the job's account: whose credentials these are is noted. */
  readonly account: Pick<AccountClients, "sts">;
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  readonly entry: LedgerEntry;
  /** What is tried before the job may run. Absent: nothing. */
  readonly trial?: TrialOfPlan | undefined;
}

/** The trial of a job, as the gate has to do with it. */
export interface TrialOfPlan {
  /** Whether it was let run for this very plan, by whomever: then the plan was approved. */
  readonly isApproved: (planHash: string) => Promise<boolean>;
  /** Lets it run and follows it; throws where it does not arrive. Absent once it has arrived. */
  readonly run?: ((planHash: string) => Promise<void>) | undefined;
}

/**
 * Notes the approval in the ledger, has the trial arrive, and lets the job run. A crash in between leaves a job that still
 * waits, and whoever comes next approves it anew: what the ledger says never stands for an approval, since others may write there.
 * @throws LockstepError `LedgerConflict` where somebody else changed the record, unless he approved the same plan
 */
export async function approve(
  options: ApprovalOptions,
  plan: Pick<Plan, "jobId" | "planHash">,
): Promise<LedgerEntry> {
  const { emit, jobs, signal, trial } = options;
  const { jobId, planHash } = plan;
  const noted = await noteApproval(options, plan);
  if (trial?.run !== undefined) {
    await trial.run(planHash);
    // That took its time: a job that was cancelled meanwhile is told by its next look.
    if ((await jobs.describe(jobId, signal)).status !== "Suspended") return noted;
  }
  await jobs.confirm(jobId, signal);
  emit({ type: "plan-confirmed", jobId, planHash, approvedBy: noted.record.approvedBy ?? null });
  return noted;
}

/** Notes who approves which plan, and when; of one that somebody else has approved already, by its trial, that stays. */
async function noteApproval(
  { account, clock, entry, ledger, signal, trial }: ApprovalOptions,
  { planHash }: Pick<Plan, "planHash">,
): Promise<LedgerEntry> {
  const isNoted = entry.record.state === "approved" && entry.record.planHash === planHash;
  if (isNoted && (await trial?.isApproved(planHash)) === true) return entry;
  const { arn: approvedBy } = await callerIdentity(account, signal);
  const approvedAt = new Date(clock.nowEpochMs()).toISOString();
  const change = { state: "approved", planHash, approvedBy, approvedAt } as const;
  const isSamePlan = (current: LedgerRecord): boolean =>
    current.planHash === planHash && current.state !== "created";
  return ledger.update(entry, change, signal, isSamePlan);
}
