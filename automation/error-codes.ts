/** Every way in which Lockstep fails: whose it is to put right, and what to do next where nothing closer is known. */

/**
 * Where a failure comes from: `user` can be put right by who runs Lockstep (input, set-up, rights), `aws` is an answer of
 * AWS (or of the sandbox in its place), `bug` is a broken promise of Lockstep itself.
 */
export type ErrorSource = "user" | "aws" | "bug";

/** What is said of every error of a code. */
export interface ErrorKind {
  /** Who can put it right. */
  readonly source: ErrorSource;
  /** What to do next, in one or two sentences. An error that knows more of its cause says that instead. */
  readonly hint: string;
}

/** By code. A code is stable, the words of a hint are not. */
export const ERRORS = {
  Aborted: {
    source: "user",
    hint: "Nothing is lost: run the same command again to carry on.",
  },
  AnalysisIncomplete: {
    source: "bug",
    hint: "There is no verdict by what was not read whole. Run the command again, with another temporary folder (TMPDIR) where this one may be at fault; `--level listing` and `--level full` do without.",
  },
  AnalysisUnavailable: {
    source: "user",
    hint: "Install the package for this platform (npm install @duckdb/node-api), or look by `--level listing` or `--level full`, which do without.",
  },
  ApprovalAwaited: {
    source: "user",
    hint: "`lockstep approve JOB HASH` approves the plan; afterwards the same command follows the job.",
  },
  AthenaQueryFailed: {
    source: "aws",
    hint: "See what is missing in the reason: rights (`lockstep operator-policy`), the work group's limit of bytes, the database or the place of `athena` in `lockstep:verdict`, with `lineage` in `lockstep:backfill`. Without --engine athena all is read on this machine.",
  },
  AttemptNotRefused: {
    source: "aws",
    hint: "The vault is not immutable. Look at its Object Lock configuration and policy at once.",
  },
  AttemptNotUndone: {
    source: "aws",
    hint: "Put it back by hand at once, as somebody who may: the message says what.",
  },
  AwsRefused: {
    source: "aws",
    hint: "Put the cause right and run the command again: it carries on where it was.",
  },
  AwsUnreachable: {
    source: "user",
    hint: "Look at the network and at AWS_ENDPOINT_URL or endpoint_url in the AWS config file; then run the command again, it carries on.",
  },
  BucketOfAnotherAccount: {
    source: "user",
    hint: "Nothing was read from the bucket or written to it. Correct account or bucket in the config, or find out in CloudTrail who took its name.",
  },
  BudgetExceeded: {
    source: "user",
    hint: "Raise budgetUsd of `lockstep:backfill` in the stack's config if this is meant.",
  },
  ClockSkewed: {
    source: "user",
    hint: "Set the machine's clock (NTP), or wait until it has settled; then run the command again, it carries on.",
  },
  ConfigInvalid: {
    source: "user",
    hint: "Correct what is named, and run the command again; nothing was made or changed.",
  },
  ConfirmationNeeded: {
    source: "user",
    hint: "Answer beforehand (`--yes`, `--plan-hash`), or run it where somebody can be asked; a program gives `confirm`.",
  },
  CredentialsUnusable: {
    source: "user",
    hint: "Sign in again (`aws sso login`, `aws configure`, or new keys in the environment), or correct profile and assumeRoleArn in the config; then run the command again, it carries on.",
  },
  DataAtRisk: {
    source: "user",
    hint: "Nothing was made or changed. Put the bucket back into the config under its own name.",
  },
  DeadlinePassed: {
    source: "aws",
    hint: "What was waited for goes on. Run the same command again to carry on following it.",
  },
  Declined: {
    source: "user",
    hint: "Run the command again when it is meant.",
  },
  EngineFailed: {
    source: "aws",
    hint: "What was made is in the state. Put the cause right and run the command again.",
  },
  EngineUnavailable: {
    source: "user",
    hint: "Put a pulumi executable on PATH or name it in LOCKSTEP_PULUMI.",
  },
  EvidenceUnreadable: {
    source: "user",
    hint: "Name a file that is there and may be read: a bundle of evidence, or a key of `lockstep evidence key`.",
  },
  GuardNotWhole: {
    source: "user",
    hint: "Put right what is named, then look again with `lockstep verify`.",
  },
  InventoryMissing: {
    source: "user",
    hint: "Declare `lockstep:inventory`, run `lockstep up`, and wait: the first inventory comes within 48 hours. Until then `--level listing` and `--level full` do without.",
  },
  InventoryUnreadable: {
    source: "aws",
    hint: "Find out who changed the file in the operations bucket, and look by `--level full`, which needs none; S3 makes a new inventory with the next delivery. Where it did not make the folder of that manifest at all, take the folder away.",
  },
  JobCancelled: {
    source: "user",
    hint: "Run the command again to start a new job.",
  },
  JobEnded: {
    source: "user",
    hint: "`lockstep jobs` lists those that have not ended.",
  },
  JobFailed: {
    source: "aws",
    hint: "`lockstep doctor` looks for the cause. Put it right and run the command again: it starts a new job for what is left.",
  },
  JobNotFound: {
    source: "aws",
    hint: "`lockstep jobs` lists those of the last 90 days in the account and Region of each source.",
  },
  JobNotOurs: {
    source: "user",
    hint: "`lockstep watch` follows the job, and `lockstep verify` looks at what it brought.",
  },
  JobNotReady: {
    source: "user",
    hint: "A job that S3 has not counted yet awaits its approval soon; one that runs was confirmed already. `lockstep jobs` tells.",
  },
  LedgerConflict: {
    source: "user",
    hint: "Let the other run finish, or run the command again: it carries on with the same job.",
  },
  ListingOutOfOrder: {
    source: "aws",
    hint: "S3 lists keys in the order of their bytes, and Lockstep goes by it. Run the command again; a store that only resembles S3 may not keep that order.",
  },
  LiveReplicationMissing: {
    source: "aws",
    hint: "`lockstep doctor` looks for the cause, at the replication role's policy, the vault's policy and the keys of both.",
  },
  LoginNeeded: {
    source: "user",
    hint: "Run `pulumi login`, or set PULUMI_BACKEND_URL (and PULUMI_CONFIG_PASSPHRASE for a backend of your own).",
  },
  NoVersionsFound: {
    source: "aws",
    hint: "Look at what the source has with `aws s3api list-object-versions`; keys are taken as they are, without a leading slash.",
  },
  PlanChanged: {
    source: "user",
    hint: "Look at the new plan and approve it by its hash.",
  },
  PreflightFailed: {
    source: "user",
    hint: "Nothing was made or changed. Put right what is named, and run the command again.",
  },
  ReportUnreadable: {
    source: "aws",
    hint: "Look for the file in the operations bucket; `lockstep verify` needs no report to judge what is in the vaults.",
  },
  RulesDisabled: {
    source: "user",
    hint: "Set `status: Enabled` for the rule under lockstep:rules and run `lockstep up` before the backfill.",
  },
  RulesDrifted: {
    source: "user",
    hint: "Run `lockstep up`, which restores what is its own, and take away by hand a rule of others that sends to a vault.",
  },
  SandboxNotInstalled: {
    source: "user",
    hint: "Add it: npm install --save-dev lockstep-sandbox",
  },
  StackBusy: {
    source: "user",
    hint: "Wait for the other update. When its process is gone, unlock the stack with `pulumi cancel`.",
  },
  StackNotDeployed: {
    source: "user",
    hint: "Run `lockstep up` first.",
  },
  StackOutOfDate: {
    source: "user",
    hint: "Run `lockstep up` first.",
  },
  TemporaryFolderUnusable: {
    source: "user",
    hint: "Make room there, or name another folder by TMPDIR; then run the command again, it carries on.",
  },
  TrialFailed: {
    source: "aws",
    hint: "The job stays suspended as it was. Put the cause right and run the command again: it tries once more.",
  },
  UnknownJobStatus: {
    source: "bug",
    hint: "A newer version of Lockstep may know it. The job itself is not touched.",
  },
  UsageInvalid: {
    source: "user",
    hint: "`lockstep --help` shows the commands, `lockstep <command> --help` what each one takes.",
  },
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** A stable name for a kind of failure. */
export type ErrorCode = keyof typeof ERRORS;
