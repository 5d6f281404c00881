import { isLockstepError, type ErrorCode } from "../errors";

/** What the process ends with. Stable. */
export const EXIT = {
  /** Done, and clean. */
  ok: 0,
  /** Something failed, or the verdict is not clean. */
  failure: 1,
  /** The command line, the config, the accounts or the approval: nothing was made. */
  usage: 2,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
  /** Stopped by SIGTERM. */
  terminated: 143,
} as const;

/** Failures that are put right before anything is made. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ConfigInvalid",
  "ConfirmationNeeded",
  "DataAtRisk",
  "LoginNeeded",
  "PreflightFailed",
  "RulesDisabled",
  "RulesDrifted",
  "SandboxNotInstalled",
  "StackOutOfDate",
]);

/** The exit code for an error that ended a command. */
export function exitCodeFor(error: unknown): number {
  return isLockstepError(error) && USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failure;
}
