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
}

/**
 * Notes the approval in the ledger, and lets the job run. A crash in between leaves a job that still waits, and whoever comes next
 * approves it anew: what the ledger says never stands for an approval, since others may write there.
 * @throws LockstepError `LedgerConflict` where somebody else changed the record, unless he approved the same plan
 */
export async function approve(
  options: ApprovalOptions,
  plan: Pick<Plan, "jobId" | "planHash">,
): Promise<LedgerEntry> {
  const { clock, emit, entry, jobs, ledger, signal } = options;
  const { arn: approvedBy } = await callerIdentity(options.account, signal);
  const { jobId, planHash } = plan;
  const approvedAt = new Date(clock.nowEpochMs()).toISOString();
  const change = { state: "approved", planHash, approvedBy, approvedAt } as const;
  const isSamePlan = (current: LedgerRecord): boolean =>
    current.planHash === planHash && current.state !== "created";
  const noted = await ledger.update(entry, change, signal, isSamePlan);
  await jobs.confirm(jobId, signal);
  emit({ type: "plan-confirmed", jobId, planHash, approvedBy: noted.record.approvedBy ?? null });
  return noted;
}
