/** Where nobody can be asked, a job that was approved elsewhere is carried on, and none is made. */
import { LockstepError } from "../errors";
import type { LedgerEntry } from "./ledger";

/** Whether a record names a job that is still to be carried on: whether it was approved, AWS says. Pure. */
export function isUnderWay(entry: LedgerEntry | undefined): boolean {
  return entry?.record.state !== "settled" && entry?.record.jobId !== undefined;
}

/** What a run ends with that would have to make a job. */
export function nobodyApproves(): LockstepError {
  return new LockstepError(
    "ConfirmationNeeded",
    "This has to be confirmed: the plan of a job. None is under way that was approved elsewhere, and nobody can be asked.",
    {
      hint: "Add --yes to agree beforehand (a `confirm` that answers, in the library); with --stop-at-plan the job is made, and `lockstep approve` approves it from any desk.",
    },
  );
}
