/** A trial that was let run by whoever approves a plan and makes no jobs: followed to its end, and judged by the vaults' word alone. */
import type { WaitLimits } from "../../clock";
import type { LockstepEvent } from "../../events";
import type { DeployedPromise } from "../../promise/deployed-promise";
import { followJob } from "../follow";
import type { JobFiles } from "../job-findings";
import type { Plan } from "../plan";
import { judgeTrial, type LookAtTrialOptions, trialFailed } from "./judge";
import type { Trial, TrialRecords } from "./records";

/** What an approved trial is followed with. */
export interface FollowApprovedOptions extends Omit<LookAtTrialOptions, "promise"> {
  readonly emit: (event: LockstepEvent) => void;
  readonly records: TrialRecords;
  readonly jobLimits: WaitLimits;
}

/** The job's own files are for whoever drives it: to read them would be one right more. */
const NO_FILES: JobFiles = { manifest: undefined, report: undefined, problems: [] };

/**
 * Waits until the job of a trial has ended, and looks at its version in every vault.
 * @throws LockstepError `TrialFailed` with account, vault, cause and fix; `DeadlinePassed`, `Aborted`: it goes on, and so may the
 * approval
 */
export async function followApproved(
  trialJobId: string,
  { judged: { version } }: Trial,
  { jobId, planHash }: Pick<Plan, "jobId" | "planHash">,
  promise: DeployedPromise,
  options: FollowApprovedOptions,
): Promise<void> {
  const { emit, jobLimits: limits, records } = options;
  const look = () => records.describe(trialJobId);
  const follow = () => followJob({ ...options, emit: tellAsTrial(emit), limits, look });
  let { step } = await follow();
  while (step.do === "confirm") {
    await records.confirm(trialJobId, planHash);
    ({ step } = await follow());
  }
  const tried = { jobId, trialJobId };
  const problems = await judgeTrial(tried, version, NO_FILES, { ...options, promise });
  if (problems.length === 0) return;
  const how = step.do === "report" ? "is complete" : "has not come to its end";
  const message = `its job ${trialJobId} ${how}, and it did not arrive as promised. \`lockstep backfill\` reads the report of that job.`;
  throw trialFailed(version, jobId, { message, problems });
}

/** What is told of a trial's job names it as one, and counts none of its tasks. */
export function tellAsTrial(emit: (event: LockstepEvent) => void): (event: LockstepEvent) => void {
  return (event) => {
    if (event.type === "job-progress" || event.type === "report") return;
    const isTold = event.type === "job-status" || event.type === "job-created";
    emit(isTold ? { ...event, trial: true } : event);
  };
}
