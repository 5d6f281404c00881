/** What people are told of an error. */

import { inspect } from "node:util";
import { isLockstepError, type LockstepEvent } from "../../automation";

/** What the service itself refuses, in a sentence for people. */
export class Refusal extends Error {}

/**
 * Lockstep's errors say what happened (`code`, `message`) and what to do next (`hint`). All others belong into the service's log,
 * and not before people who can do nothing about them.
 */
export function errorEvent(error: unknown): Extract<LockstepEvent, { type: "error" }> {
  if (isLockstepError(error)) {
    const { code, hint, message, problems, source } = error;
    return { type: "error", code, source, message, hint, problems };
  }
  process.stderr.write(`${inspect(error)}\n`);
  return {
    type: "error",
    code: "Unexpected",
    source: "bug",
    message: "Something went wrong that nobody has thought of.",
    hint: "The service's log has the whole error.",
  };
}
