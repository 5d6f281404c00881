import { isLockstepError, messageOf } from "./errors";
import type { LockstepEvent } from "./events";

/**
 * How an error is told.
 * @param sourceName of several sources, the one that could not be looked at
 */
export function errorEvent(error: unknown, sourceName?: string): LockstepEvent {
  const named = sourceName === undefined ? {} : { sourceName };
  if (!isLockstepError(error)) {
    return {
      type: "error",
      code: "Unexpected",
      source: "bug",
      message: messageOf(error),
      ...named,
      hint: "This is a mistake in Lockstep. Run the command with --debug and report what it shows.",
    };
  }
  const { code, source, message, hint, problems } = error;
  return {
    type: "error",
    code,
    source,
    message,
    ...named,
    hint,
    ...(problems.length > 0 && { problems }),
  };
}
