import { isLockstepError, type ErrorCode } from "../errors";

/** What the process ends with. Stable. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  jobCancelled: 3,
  deadlinePassed: 4,
  approvalAwaited: 5,
  interrupted: 130,
  terminated: 143,
} as const;

/** What each means: for the help, and for `docs/cli.md`. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "done, and clean",
  failure: "something failed, a verdict is not clean, or whoever read the output went away",
  usage:
    "the command line, the config, a login, the accounts or an approval has to be put right first",
  jobCancelled: "the job was cancelled, by us or by somebody else",
  deadlinePassed: "we waited for as long as we do; what we waited for goes on",
  approvalAwaited: "with --stop-at-plan: the job is made, and waits for `lockstep approve`",
  interrupted: "stopped by Ctrl-C",
  terminated: "stopped by SIGTERM",
};

/** Failures that are put right before the command is run again. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BudgetExceeded",
  "ConfigInvalid",
  "ConfirmationNeeded",
  "CredentialsUnusable",
  "DataAtRisk",
  "EvidenceUnreadable",
  "JobEnded",
  "JobNotOurs",
  "JobNotReady",
  "LoginNeeded",
  "PlanChanged",
  "PreflightFailed",
  "RulesDisabled",
  "RulesDrifted",
  "SandboxNotInstalled",
  "StackOutOfDate",
  "UsageInvalid",
]);

/** The exit code for an error that ended a command. */
export function exitCodeFor(error: unknown): number {
  if (!isLockstepError(error)) return EXIT.failure;
  if (error.code === "JobCancelled") return EXIT.jobCancelled;
  if (error.code === "DeadlinePassed") return EXIT.deadlinePassed;
  if (error.code === "ApprovalAwaited") return EXIT.approvalAwaited;
  return USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failure;
}
