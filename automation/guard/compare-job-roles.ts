import type { RoleOutputs } from "../../components/promise/outputs";
import { isUnread } from "../judge/unread";
import { compareRole } from "./compare-role";
import type { GuardFacts, RoleFacts } from "./facts";
import type { GuardedVault } from "./guarded-vault";
import type { Losses } from "./losses";
import type { VaultRoleKind } from "./role-words";

/** Holds the live roles that jobs work as in a vault's account against those that were deployed. */
export function compareJobRoles(
  { guard }: GuardedVault,
  { checksumRole, relockRole }: GuardFacts,
  losses: Losses,
): void {
  compare("relock", "relock-role", guard.relock?.role, relockRole, losses);
  compare("vault-checksum", "checksum-role", guard.checksumRole, checksumRole, losses);
}

function compare(
  kind: VaultRoleKind,
  protection: "relock-role" | "checksum-role",
  role: RoleOutputs | undefined,
  facts: RoleFacts | undefined,
  losses: Losses,
): void {
  if (role === undefined || facts === undefined) return;
  for (const { allows, expected, found, path } of compareRole(kind, role, facts)) {
    const isAdded = expected === null && /^(attachedP|p)olicies\["/.test(path);
    losses.add(protection, expected, found, allows ?? "", undefined, {
      resource: role.roleArn,
      // No resource of the stack says that a policy must not be there.
      ...(isAdded ? { owner: `take ${path} off the role` } : {}),
      ...(isUnread(found)
        ? { owner: "let the credentials of the vault account look at the role" }
        : {}),
    });
  }
}
