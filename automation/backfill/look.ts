/** Looking at the source and into the vaults without a job. */
import type { Session, VerdictFields } from "../events";
import type { AcceptableCode } from "../judge/verdict";
import { formVerdict } from "../judge/verdict";
import { lookAtPromise, type LookOptions } from "../look/look-at-promise";

export interface VerifyOptions extends LookOptions {
  /** Codes that the configuration accepts. */
  readonly accept?: readonly AcceptableCode[];
}

/** Looks at every version without a job, and tells the verdict. */
export async function verifyStack(options: VerifyOptions): Promise<VerdictFields> {
  const look = await lookAtPromise(options);
  return tell(options, formVerdict({ look, accept: options.accept }));
}

/** Tells a verdict and hands it on. */
export function tell(session: Session, verdict: VerdictFields): VerdictFields {
  session.emit({ type: "verdict", ...verdict });
  return verdict;
}
