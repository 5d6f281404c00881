/** What an attempt and its answer mean, in words for people. Pure. */

import type { AcceptedWhy, Attempt, RefusedWhy } from "./fields";

/** What was tried, as in `to delete it by its version id`. */
export const TRIED: Readonly<Record<Attempt, string>> = {
  shorten: "to end the canary's lock an hour earlier",
  delete: "to delete the canary by its version id",
  bypass: "to delete the canary, bypassing GOVERNANCE",
  suspend: "to suspend versioning of the vault",
  policy: "to write the vault's bucket policy anew, with the text that it has",
  "delete-key": "to schedule the deletion of the vault's key in 30 days",
};

const SHOWN: Readonly<Record<RefusedWhy, string>> = {
  "object-lock": "Object Lock refused it: the lock itself holds, whatever policies allow.",
  "versioning-held":
    "S3 refused it since the bucket has Object Lock: versioning cannot be suspended there, whatever policies allow.",
  "resource-based-policy":
    "A policy of the vault or of its key denies it to this principal: it shows that policy, and nothing of the lock.",
  "service-control-policy":
    "A service control policy of the organization denies it in this account: it shows that policy, and nothing of the vault's own protections.",
  "resource-control-policy":
    "A resource control policy of the organization denies it: it shows that policy, and nothing of the vault's own protections.",
  "identity-based-policy":
    "A policy of the principal's own denies it: it shows nothing of the vault, which others may be let into.",
  "permissions-boundary":
    "The principal's own permissions boundary denies it: it shows nothing of the vault.",
  "session-policy": "The principal's own session policy denies it: it shows nothing of the vault.",
  "vpc-endpoint-policy":
    "The policy of the VPC endpoint that the request came through denies it: it shows nothing of the vault.",
  "not-allowed":
    "Nothing allows it to this principal: it shows nothing of the vault. Somebody with more rights has to try.",
  "not-known":
    "AWS did not say why: whether the lock, a policy or a missing right was in the way is not known.",
};

/** What a refusal shows. */
export function refusalSays(why: RefusedWhy): string {
  return SHOWN[why];
}

const LOST: Readonly<Record<Attempt, string>> = {
  shorten: "The lock of every version that is locked like the canary can be shortened.",
  delete: "Every version that is locked like the canary can be deleted.",
  bypass:
    "Every version that is locked like the canary can be deleted by whoever may bypass. The canary is gone.",
  suspend: "Versioning was suspended, so that what is written next is not kept beside the rest.",
  policy:
    "The vault's bucket policy can be changed by this principal. It was given the text that it had, so that nothing is different.",
  "delete-key":
    "The key was scheduled for deletion, and with it everything that is encrypted under it.",
};

/** Why the vault's own break-glass role does not try to change how the vault is guarded. */
export const BY_DESIGN =
  "It is the vault's break-glass role, which may change how the vault is guarded, by design.";

/** What an acceptance shows. */
export function acceptanceSays(attempt: Attempt, why: AcceptedWhy): string {
  const mode =
    why === "governance"
      ? " GOVERNANCE gives way to this principal, as it is made to: only COMPLIANCE binds everybody."
      : "";
  return `NOT refused.${mode} ${LOST[attempt]}`;
}
