import type { AccessNeed, Decision, Principal } from "./model";

/**
 * AWS's sentence for a denial, as IAM, STS, KMS and S3 write it:
 * `User: ARN is not authorized to perform: ACTION on resource: ARN because no identity-based policy allows the ACTION action`.
 * Source: IAM User Guide, "Troubleshoot access denied error messages".
 */
export function denialMessage(principal: Principal, need: AccessNeed, decision: Decision): string {
  const who = principal.kind === "anonymous" ? "User: Anonymous" : `User: ${principal.arn}`;
  return `${who} is not authorized to perform: ${need.action} on resource: ${need.resource} ${denialReason(need.action, decision)}`;
}

/** The last part of the sentence: why. */
export function denialReason(action: string, decision: Decision): string {
  const type = decision.policyType ?? "identity-based policy";
  if (decision.denial === "explicit") {
    return `with an explicit deny in ${type.startsWith("identity") ? "an" : "a"} ${type}`;
  }
  return `because no ${type} allows the ${action} action`;
}
