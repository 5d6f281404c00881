import { LockstepError } from "../errors";
import type { GuardLoss } from "../judge/outcome";
import { isUnread } from "../judge/unread";

/**
 * Stops what would say nothing of a protection that it could not read, as if it were as deployed.
 * @throws LockstepError `GuardNotWhole` with the action that each needs
 */
export function requireReadable(losses: readonly GuardLoss[]): void {
  const unreadable = losses.filter(isUnreadableLoss);
  if (unreadable.length === 0) return;
  throw new LockstepError(
    "GuardNotWhole",
    "Whether the vaults are guarded as deployed could not be seen.",
    {
      problems: unreadable.map(({ protection, resource, restore, vault }) => ({
        path: `${vault}.${protection}`,
        message: `${restore ?? "it could not be read"}; of ${resource}`,
      })),
      hint: "`lockstep policies --operator` tells what the credentials need. Nothing was made or changed.",
    },
  );
}

/** A protection that could not be read, which counts as lost. */
function isUnreadableLoss({ found }: GuardLoss): boolean {
  return isUnread(found);
}
