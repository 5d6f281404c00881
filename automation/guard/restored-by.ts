import type { GuardLoss } from "../judge/outcome";

/** Who or what restores a protection, in words. */
export function restoredBy({ restore, restoredBy: by }: GuardLoss): string {
  if (by === "up") return "`lockstep up`";
  if (by === "break-glass") return "`lockstep up --vault-role <ARN of the break-glass role>`";
  return `its owner: ${restore ?? "by hand"}`;
}
