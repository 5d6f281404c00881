/** Looking at the source and into the vaults without a job. */
import type { AcceptableCode } from "../../components/config/types";
import type { Session, VerdictFields } from "../events";
import type { GuardLoss } from "../judge/outcome";
import { formVerdict, type JobAgreement } from "../judge/verdict";
import type { Look, LookOptions } from "../look/look";
import { lookAtPromise } from "../look/look-at-promise";
import { withEarlierReports } from "./earlier-reports";

/** What `verifyStack` is given. */
export interface VerifyOptions extends LookOptions {
  /** Codes that the configuration accepts. */
  readonly accept?: readonly AcceptableCode[];
  /** What the vaults' guard has lost, as `checkGuard` finds it: no verdict is clean beside a loss. */
  readonly guard?: readonly GuardLoss[];
}

/** Looks at every version without a job, and tells the verdict. */
export async function verifyStack(options: VerifyOptions): Promise<VerdictFields> {
  const look = await lookAtPromise({
    ...options,
    amend: (found) => withEarlierReports(found, options),
  });
  return tell(options, verdictOf(options, look));
}

/** The verdict over a look, and over what a job came to if there was one. */
export function verdictOf(
  { accept, guard }: Pick<VerifyOptions, "accept" | "guard">,
  look: Look,
  job?: JobAgreement,
): VerdictFields {
  return formVerdict({ look, accept, guard, ...(job === undefined ? {} : { job }) });
}

/** Tells a verdict and hands it on. */
export function tell(session: Session, verdict: VerdictFields): VerdictFields {
  session.emit({ type: "verdict", ...verdict });
  return verdict;
}
