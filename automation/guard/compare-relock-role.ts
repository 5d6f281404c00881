import { isUnread } from "../judge/unread";
import { compareRole } from "./compare-role";
import type { GuardFacts } from "./facts";
import type { GuardedVault } from "./guarded-vault";
import type { Losses } from "./losses";

/** Holds the live role that extends locks against the one that was deployed. */
export function compareRelockRole(
  { guard }: GuardedVault,
  { relockRole }: GuardFacts,
  losses: Losses,
): void {
  if (guard.relock === undefined || relockRole === undefined) return;
  const { role } = guard.relock;
  for (const { allows, expected, found, path } of compareRole("relock", role, relockRole)) {
    const isAdded = expected === null && /^(attachedP|p)olicies\["/.test(path);
    losses.add("relock-role", expected, found, allows ?? "", undefined, {
      resource: role.roleArn,
      // No resource of the stack says that a policy must not be there.
      ...(isAdded ? { owner: `take ${path} off the role` } : {}),
      ...(isUnread(found)
        ? { owner: "let the credentials of the vault account look at the role" }
        : {}),
    });
  }
}
