/** What the methods of an environment are given, and what they answer. */

import type { PolicyConfig } from "../../policy/check-program";
import type { PolicyFinding } from "../../policy/rule";
import type { Clock, WaitLimits } from "../clock";
import type { LockstepError } from "../errors";
import type {
  Confirm,
  EventTable,
  FindingFields,
  Listener,
  RelockFields,
  VerdictFields,
} from "../events";
import type { EvidenceWrittenFields } from "../evidence/fields";
import type { Drift, GuardLoss } from "../judge/outcome";
import type { Level } from "../levels/levels";
import type { Look } from "../look/look";
import type { Report } from "../report/fields";
import type { Review } from "../review/review";
import type { ChangeSummary } from "../stack/deploy";

/** What every method takes. */
export interface CallOptions {
  /** Ends the call with a LockstepError `Aborted`. Any signal; one may be given to many calls. Default: nothing ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Is told all that happens in this call. Default: the environment's `emit`. */
  readonly emit?: Listener | undefined;
  /** Answers the questions of this call. Default: the environment's `confirm`. */
  readonly confirm?: Confirm | undefined;
}

/** How long and how often is waited, and how much is done at once. */
export interface WaitOptions {
  /** For a job. Default: from half a second up to 30 seconds between two looks, for seven days. */
  readonly jobLimits?: WaitLimits;
  /** For replication. Default: from half a second up to 30 seconds between two looks, for two hours. */
  readonly settleLimits?: WaitLimits;
  /** Versions that are looked at once. Default: 128. */
  readonly concurrency?: number;
}

/** How an environment is opened. */
export interface EnvironmentOptions extends WaitOptions {
  /** Folder of `Pulumi.yaml` and `Pulumi.<stack>.yaml`. Default: the process's, when the environment is opened. */
  readonly cwd?: string | undefined;
  /** The stack's short name. Default: `PULUMI_STACK`, else the one that `pulumi stack select` chose in the folder. */
  readonly stack?: string | undefined;
  /**
   * Variables beside the process's own, and in place of those of their names: `PULUMI_HOME`, `PULUMI_BACKEND_URL`,
   * `PULUMI_CONFIG_PASSPHRASE`, `AWS_CONFIG_FILE`, `AWS_PROFILE`, keys. The engine and all clients of this environment have them,
   * and nothing else in the process does. Default: the process's own.
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** ARNs of roles as which the vaults of their accounts are deployed, as `--vault-role`. Default: none. */
  readonly vaultRoles?: readonly string[] | undefined;
  /** Folder that gets one folder per job with its report. Default: `.lockstep/reports/<stack>` in `cwd`. */
  readonly reportsFolder?: string | undefined;
  /** Is told all that happens in calls that name no listener of their own. Default: nobody is. */
  readonly emit?: Listener | undefined;
  /** Answers the questions of calls that name no answers of their own. Default: a call that has to ask ends with `ConfirmationNeeded`. */
  readonly confirm?: Confirm | undefined;
  /** What calls wait by. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
  /** Ends the opening alone; each call has a signal of its own. */
  readonly signal?: AbortSignal | undefined;
}

/** A call about sources. */
export interface SourceOptions extends CallOptions {
  /** Name of one source in the config. Default: all of them, one after the other. */
  readonly source?: string | undefined;
}

/** What `jobs` is given. */
export interface ListJobsOptions extends SourceOptions {
  /** Every job of the accounts and Regions that are asked, not only those on their buckets. Default: false. */
  readonly all?: boolean | undefined;
}

/** What `watch` is given. */
export interface WatchOptions extends SourceOptions {
  /** AWS's, of S3 Batch Operations. One that is named twice is watched once. */
  readonly jobIds: readonly string[];
}

/** What `cancel` is given. */
export interface CancelOptions extends SourceOptions {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
}

/** What `setPriority` is given. */
export interface PriorityOptions extends CancelOptions {
  /** 0 to 2147483647; the higher runs first. */
  readonly priority: number;
}

/** What `lineage` is given. */
export interface LineageOptions extends SourceOptions {
  /** As it is, without a leading slash. */
  readonly key: string;
  /** Default: every version of the key. */
  readonly versionId?: string | undefined;
  /**
   * What reads the reports of jobs: `duckdb`, this machine, or `athena` in each source's account, as `lockstep:backfill` says. Athena charges for it,
   * so that the call's `confirm` is asked. Default: `duckdb`.
   */
  readonly engine?: "athena" | "duckdb" | undefined;
}

/** What `approve` is given. */
export interface ApproveOptions extends CancelOptions {
  /** Of the plan that was looked at, as the event `plan` tells it. */
  readonly planHash: string;
}

/** A call that ends with a verdict. */
export interface LookCallOptions extends SourceOptions {
  /** Compare the annotations of every version too, each of which is read at both sides. Default: false. */
  readonly annotations?: boolean | undefined;
  /** Is given each look at a source as soon as it is there, before any verdict; the last one of a source counts. */
  readonly onLook?: ((source: string, look: Look) => Promise<void>) | undefined;
}

/** What `verify` is given. */
export interface VerifyCallOptions extends LookCallOptions {
  /**
   * How much is looked at, and so how much is proven: `listing`, `sample`, `inventory`, `full` or `checksum`, as in
   * `docs/levels.md`. Others end with `ConfigInvalid`. `checksum` makes jobs that cost, and asks before. Default: `full`.
   */
  readonly level?: Level | undefined;
  /**
   * With level `inventory`: what joins them, `duckdb` on this machine or `athena` in each vault's account, as `lockstep:verdict` says. Athena
   * charges for it, so that the call's `confirm` is asked. Default: `duckdb`.
   */
  readonly engine?: "athena" | "duckdb" | undefined;
  /** With level `sample`: how many versions are looked at in full, 1 to a million. Default: 1,000. */
  readonly sampleCount?: number | undefined;
  /** With level `sample`: what it is drawn by, as a verdict told it. Default: chosen at random once the listings were read. */
  readonly seed?: string | undefined;
  /**
   * Look in full only at what is as new as this, and at the rest as level `listing` does: a span (`90s`, `15m`, `24h`, `7d`, `2w`)
   * before AWS's time of the first page of the source's listing, or a date in ISO 8601. Not with a level. Default: all in full.
   */
  readonly since?: string | undefined;
  /**
   * Recovery point objective, a span as in `15m`: a version that is not at its vaults is a failure once it is older, and until then
   * nobody waits for it. Default: none, and what is on its way is waited for.
   */
  readonly rpo?: string | undefined;
  /**
   * Look again and again, until a verdict is not clean, which is answered, or something fails; each look but the first in full at what is
   * new since the listing of each source began in the one before. Default: false.
   */
  readonly watch?: boolean | undefined;
  /** With `watch`: the span between the end of a look and the next. Default: `5m`. */
  readonly interval?: string | undefined;
}

/** What `backfill` is given. */
export interface BackfillCallOptions extends LookCallOptions {
  /** The hash of a plan that was approved beforehand; another plan stops. Default: the plan is asked about. */
  readonly approvedPlanHash?: string | undefined;
  /**
   * What is done with a plan that is not the approved one: `confirm` is asked, the call ends with `ApprovalAwaited`, or it waits until
   * somebody else has approved the plan (`approve`). Default: `ask`.
   */
  readonly atGate?: "ask" | "stop" | "wait" | undefined;
  /**
   * Whether `confirm` can answer. False: where it would be asked, only a job that is under way is carried on, under the approval that it
   * was given elsewhere, and none is made: the call ends with `ConfirmationNeeded`. Default: whether there is a `confirm`.
   */
  readonly canApprove?: boolean | undefined;
  /**
   * Make no job before a canary of this promise has arrived at each vault: one that no earlier run has seen is written, which stays
   * locked. Asked first. Absent: none is asked for.
   */
  readonly canary?: DoctorCallOptions["canary"];
  /**
   * Whether one version is brought by a job of its own, and looked at in the vaults, before a job of several may run. Default: as
   * `lockstep:backfill` `trial` says.
   */
  readonly trial?: boolean | undefined;
  /** A job that was made elsewhere: it is followed and judged instead of one of our own. */
  readonly adoptJobId?: string | undefined;
}

/** What `retry` is given. */
export interface RetryOptions extends Omit<BackfillCallOptions, "adoptJobId" | "canary"> {
  /** Jobs that may try to bring a version; one that so many have tried in vain is left out and named. 1 or more; default: 3. */
  readonly maxAttempts?: number | undefined;
}

/** What `preview` is given. */
export interface PreviewOptions extends CallOptions {
  /** Whether what was changed or removed by hand is looked for, which `up` puts back. Default: true. */
  readonly refresh?: boolean | undefined;
  /** Settings of policy rules by their ids, over those that follow from the config. Default: those alone. */
  readonly policySettings?: PolicyConfig | undefined;
}

/** What `up` is given. */
export interface UpOptions extends CallOptions {
  /** Whether what was changed or removed by hand is looked for and put back. Default: true. */
  readonly refresh?: boolean | undefined;
  /** Names of vaults that may be left behind without a question. Default: none. */
  readonly leaveVaults?: readonly string[] | undefined;
  /**
   * False: a vault that would be left behind ends the call with `ConfirmationNeeded` instead of a question, whatever `confirm` answers.
   * Default: true.
   */
  readonly canLeaveVaults?: boolean | undefined;
}

/** What `doctor` is given. */
export interface DoctorCallOptions extends SourceOptions {
  /** Write a small object for each rule, which stays locked in the vaults, and watch it arrive. Asked first. Absent: nothing is written. */
  readonly canary?:
    | {
        /** How long to wait for it, in milliseconds. Default: 15 minutes. */
        readonly deadlineMs?: number | undefined;
      }
    | undefined;
}

/** What a look at one source came to. */
export interface SourceVerdict {
  /** Its name in the config. */
  readonly source: string;
  /** As the event `verdict` told it. Absent where there is none. */
  readonly verdict?: VerdictFields;
  /** What kept the source from a verdict: told as an event `error`, too. Absent beside a verdict. */
  readonly error?: unknown;
}

/** What `verify`, `backfill` and `retry` answer. */
export interface VerdictsResult {
  /** Every source has a clean verdict, and no vault's guard has lost anything. */
  readonly clean: boolean;
  /** What the vaults' guard has lost. */
  readonly guard: readonly GuardLoss[];
  /** In the order of the config. Empty for a stack of side `vaults`, which may not look into the sources. */
  readonly sources: readonly SourceVerdict[];
}

/** What `report` answers. */
export interface ReportResult extends VerdictsResult {
  /** What `reportHtml`, `reportMarkdown`, `reportJunit` and `reportJson` make documents of. */
  readonly report: Report;
}

/** What `prove` is given. */
export interface ProveCallOptions extends CallOptions {
  /** File of the bundle, absolute or in `cwd`. One that is there is not written over. */
  readonly out: string;
  /** Who signs: the path of a private key on P-256, PEM, absolute or in `cwd`; or `kms:` and the ARN of a key in one of the stack's accounts. */
  readonly key: string;
  /**
   * The bundle before this one, which it follows: of the same stack and key, absolute or in `cwd`. Default: the last one that is kept beside
   * the vaults; without one a new chain.
   */
  readonly previous?: string | undefined;
  /** Follow no bundle. Not together with `previous`. Default: false. */
  readonly newChain?: boolean | undefined;
  /** Compare the annotations of every version too, each of which is read at both sides. Default: false. */
  readonly annotations?: boolean | undefined;
  /**
   * Try what the vaults have to refuse, on canaries of our own, which stay locked. Asked first. False: the bundle says that nobody tried.
   * Default: as true where somebody can be asked; else as false, with the warning `RefusalsNotTried`.
   */
  readonly refusals?: boolean | undefined;
  /** Whether `confirm` can answer. Default: whether there is a `confirm`. */
  readonly canConfirm?: boolean | undefined;
  /**
   * Look in trails of the vaults' accounts for the events of attempts: those of the bundle before, those that it was still waiting for, and
   * this one's. Digests and log files of CloudTrail go into the bundle, and a log file has other events of the account too. Default: false,
   * and the bundle says that no event is in it.
   */
  readonly trail?: boolean | undefined;
}

/** What `prove` answers. */
export interface ProveResult extends VerdictsResult {
  /** As the event `evidence-written` told it. */
  readonly evidence: EvidenceWrittenFields;
}

/** What `relock` is given. */
export interface RelockCallOptions extends SourceOptions {
  /** Locks that end within so many days are extended as well. Default: only those that are weaker or shorter than promised. */
  readonly withinDays?: number | undefined;
}

/** What a relock of one source came to. */
export interface SourceRelock {
  /** Its name in the config. */
  readonly source: string;
  /** As the event `relock` told it. Absent where there is none. */
  readonly relocked?: RelockFields;
  /** What kept the source from it: told as an event `error`, too. Absent beside an answer. */
  readonly error?: unknown;
}

/** What `relock` answers. */
export interface RelockResult {
  /** What the vaults' guard has lost. */
  readonly guard: readonly GuardLoss[];
  /** In the order of the config. */
  readonly sources: readonly SourceRelock[];
}

/** What `preview` answers. */
export interface PreviewResult {
  /** What `up` would do, by Pulumi's words. */
  readonly changes: ChangeSummary;
  /** Risks and prices of the changes; `reviewMarkdown` and `reviewSarif` make documents of it. */
  readonly review: Review;
  /** What the stack would violate. */
  readonly policies: readonly PolicyFinding[];
  /** With what `up` would end before it changes anything: data at risk, a guard that cannot be read. Absent: it would go on. */
  readonly refusal?: LockstepError;
}

/** What `up` answers. */
export interface UpResult {
  /** What was done, by Pulumi's words. */
  readonly changes: ChangeSummary;
  /** What was put back before, as it was found. */
  readonly restored: {
    /** Of the vaults' own protections. */
    readonly guard: readonly GuardLoss[];
    /** Of the sources' roles. */
    readonly roles: readonly Drift[];
  };
}

/** What `destroy` answers. */
export interface DestroyResult {
  /** What stays at AWS, as the events `kept` told it. */
  readonly kept: readonly Readonly<EventTable["kept"]>[];
}

/** What `doctor` answers. */
export interface DoctorResult {
  /** In the order in which they were told. */
  readonly findings: readonly FindingFields[];
}
