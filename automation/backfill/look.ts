/** Looking at the source and into the vaults without a job. */
import type { AcceptableCode } from "../../components/config/types";
import type { Session, VerdictFields } from "../events";
import type { GuardLoss } from "../judge/outcome";
import { formVerdict, type JobAgreement } from "../judge/verdict";
import type { Look, LookOptions } from "../look/look";
import { lookAtPromise } from "../look/look-at-promise";
import { counted } from "../words";
import { withEarlierReports } from "./earlier-reports";

/** What `verifyStack` is given. */
export interface VerifyOptions extends LookOptions {
  /** Codes that the configuration accepts. */
  readonly accept?: readonly AcceptableCode[];
  /** What the vaults' guard has lost, as `checkGuard` finds it: no verdict is clean beside a loss. */
  readonly guard?: readonly GuardLoss[];
  /** False where nobody can say of some vault how its guard is. Default: where `guard` is given. */
  readonly isGuardKnown?: boolean;
  /** Reads more of what a look found, by jobs. Absent: nothing. */
  readonly readMore?: ((look: Look) => Promise<Look>) | undefined;
}

/** Looks at every version without a job, as far as `level` goes, and tells the verdict. */
export async function verifyStack(options: VerifyOptions): Promise<VerdictFields> {
  const byListings = options.level?.level === "listing";
  const amend = async (found: Look): Promise<Look> => {
    const told = await withEarlierReports(found, options);
    return options.readMore === undefined ? told : options.readMore(told);
  };
  const look = await lookAtPromise({
    ...options,
    // Why a version is missing is nothing that listings prove, and reports need rights of their own.
    ...(byListings ? {} : { amend }),
  });
  const verdict = verdictOf(options, look);
  if (verdict.empty === true) warnOfEmptySource(options, look);
  return tell(options, verdict);
}

/** A source that was emptied looks as a new one does, and a schedule that has seen its verdicts as clean would go on to. */
function warnOfEmptySource({ emit }: Session, { promise, versions }: Look): void {
  const { bucketName } = promise.source;
  const found =
    versions.length === 0
      ? "has no version at all"
      : `has no version that is promised at a vault, of ${counted(versions.length, "version")} and delete markers`;
  const message = `the source ${bucketName} ${found}, so that nothing is proven: it is new, no rule takes what it has, or it was emptied`;
  emit({ type: "warning", code: "SourceEmpty", message });
}

/** The verdict over a look, and over what a job came to if there was one. */
export function verdictOf(
  { accept, guard, isGuardKnown }: Pick<VerifyOptions, "accept" | "guard" | "isGuardKnown">,
  look: Look,
  job?: JobAgreement,
): VerdictFields {
  return formVerdict({ look, accept, guard, isGuardKnown, ...(job === undefined ? {} : { job }) });
}

/** Tells a verdict and hands it on. */
export function tell(session: Session, verdict: VerdictFields): VerdictFields {
  session.emit({ type: "verdict", ...verdict });
  return verdict;
}
