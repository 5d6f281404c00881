/** What keeps an inventory from being used. */

import { LockstepError } from "../errors";

/** The error of an inventory that is not declared, or that S3 has not delivered. */
export function missing(message: string): LockstepError {
  return new LockstepError("InventoryMissing", message);
}

/**
 * The error of an inventory that is there and cannot be relied on.
 * @param where bucket and key, or what else names it
 */
export function unreadable(where: string, why: string, cause?: unknown): LockstepError {
  return new LockstepError(
    "InventoryUnreadable",
    `The inventory cannot be relied on: ${where} ${why}.`,
    cause === undefined ? {} : { cause },
  );
}
