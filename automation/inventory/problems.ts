/** What keeps an inventory from being used. */

import { NotWhole } from "../aws/object-in-ranges";
import { awsFailure, LockstepError } from "../errors";

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

/**
 * The error of a file that S3 did not answer with, or not with all of; any other error is itself.
 * @param where as for `unreadable`
 */
export function explained(error: unknown, where: string): unknown {
  if (error instanceof NotWhole) return unreadable(where, `is not whole: ${error.message}`, error);
  switch (awsFailure(error)?.httpStatus) {
    case 404:
      return unreadable(where, "is not there, though its manifest names it", error);
    case 412:
      return unreadable(where, "was changed while it was read", error);
    default:
      return error;
  }
}
