import type {
  EvidenceFields,
  EvidenceKeyFields,
  EvidenceLineFields,
  EvidenceWrittenFields,
} from "./evidence/fields";
import type { LockMode } from "../components/promise/outputs";
import type { Clock } from "./clock";
import type { PolicyFinding } from "../policy/rule";
import type { CanaryStay } from "./canary/stays";
import type { ChecksumPlanFields } from "./checksum/fields";
import type { FindingFields } from "./doctor/finding";
import type { ErrorCode, ErrorSource, Problem } from "./errors";
import type { JobStatus } from "./backfill/job-state";
import type { PlanFields, TrialFields } from "./backfill/fields";
import type { JobFields, JobReportFields, LineageFields } from "./jobs/fields";
import type { OutcomeCode, OutcomeKind } from "./judge/outcome";
import type { AthenaAnsweredFields, AthenaPlanFields } from "./look/athena/fields";
import type { PriceLine } from "./review/price-line";
import type { RelockFailure, RelockFields } from "./relock/fields";
import type { RiskFields } from "./review/risk";
import type { PropertyChange } from "./stack/property-changes";
import type {
  GuardFields,
  NotProven,
  PromiseCopyFields,
  RolesFields,
  VerdictFields,
} from "./verdict-fields";
import type { WarningCode } from "./warning-codes";

export type { Confirm, Question } from "./question";

export type {
  FindingFields,
  JobFields,
  GuardFields,
  NotProven,
  PromiseCopyFields,
  RelockFailure,
  RelockFields,
  RolesFields,
  VerdictFields,
};

/**
 * Everything that the library says while it works, by type. With `--json` each event is one line on stdout with its type
 * in `type`; names and fields here are stable, the words in `message` are not. Sizes are bytes, times milliseconds.
 */
export interface EventTable {
  /** One stage of a longer command has begun. */
  stage: {
    /** Its number, from 1. */
    step: number;
    /** How many stages the command has. */
    steps: number;
    /** What it does, in words. */
    title: string;
  };
  /** Something to know that asks for nothing. */
  note: {
    /** In words. */
    message: string;
  };
  /** Something that does not stop the work and that somebody should look at. */
  warning: {
    /** Stable. */
    code: WarningCode;
    /** In words. */
    message: string;
  };
  /** A Pulumi engine is being got. Told again every few seconds. */
  "engine-progress": {
    /** `waiting`: for another process that gets one; `building`: with Go. */
    phase: "downloading" | "waiting" | "building";
    /** In words. */
    message: string;
    /** Since the phase began. */
    elapsedMs: number;
    /** Go packages that are built. With `building` only. */
    packagesBuilt?: number;
  };
  /** The Pulumi engine that is used from here on. */
  "engine-ready": {
    /** Of the executable; `pulumi` for the one on `PATH`. */
    path: string;
    /** As in `3.248.0`. */
    version: string;
    /** From `LOCKSTEP_PULUMI` (`env`), `PATH`, or Lockstep's own cache: downloaded (`installed`) or `built` there. */
    origin: "env" | "path" | "installed" | "built";
  };
  /** The demo's sandbox answers. */
  "sandbox-ready": {
    /** `http://127.0.0.1:PORT` */
    endpoint: string;
    /** The source's and the vault's. */
    accounts: readonly {
      /** That of its profile: `source`, `vault`. */
      name: string;
      /** Twelve digits. */
      accountId: string;
      /** Of the profile. */
      region: string;
    }[];
  };
  /** The demo fills its source bucket. */
  "seed-progress": {
    /** Files that are written. */
    doneCount: number;
    /** Files in all. */
    totalCount: number;
  };
  /** The demo's source bucket is filled. */
  "seed-done": {
    /** Name of the bucket. */
    bucket: string;
    /** Keys: one for each file. */
    objectsCount: number;
    /** Versions with data; a key that was overwritten has several. */
    versionsCount: number;
    /** Delete markers, beside the versions. */
    deleteMarkersCount: number;
    /** Objects that were tagged. */
    taggedCount: number;
    /** Of all versions. */
    sizeBytes: number;
  };
  /** Every account was reached, and is as the config says. */
  "preflight-passed": {
    /** Once for each source and each vault, in the order in which they were looked at. */
    accounts: readonly {
      /** Whose account it is in the config, as in `source` or `vaults[0]`. */
      path: string;
      /** Twelve digits. */
      accountId: string;
      /** Of the caller: the user, or the session of a role. */
      arn: string;
    }[];
  };
  /** One resource in a preview, up or destroy. */
  resource: {
    /** The command that it is part of. */
    operation: StackOperation;
    /** Pulumi's word, as in `create`; `keep`: forgotten and left at AWS; `gone`, `drifted`: found so by a refresh. */
    action: string;
    /** Pulumi's type, as in `aws:s3/bucket:Bucket`. */
    resourceType: string;
    /** Pulumi's name of it, the last part of `urn`. */
    name: string;
    /** Pulumi's own, unique in the stack. */
    urn: string;
    /** URN of the component that it belongs to; absent for what belongs to the stack alone, and in what a refresh found. */
    parent?: string;
    /** `planned` in a preview only. */
    state: "planned" | "started" | "done" | "failed";
    /** Twelve digits. This and the next two say where it is at AWS, and its name there; absent where that is not known yet. */
    account?: string;
    /** Absent for what is not at AWS, such as a component. */
    region?: string;
    /** What AWS calls it. */
    physicalName?: string;
    /** What an update or a replacement changes, each down to the value that differs. */
    changes?: readonly PropertyChange[];
  };
  /** A planned change that costs data or protection. Told by a preview, once the plan is known. */
  risk: RiskFields;
  /** What a planned change does to the bill. */
  price: PriceLine;
  /** What the engine or a provider has to say. */
  diagnostic: {
    /** The engine's. Its debugging lines are left out. */
    severity: "info" | "warning" | "error";
    /** The engine's words, without colours. */
    message: string;
    /** Of the resource that it is about; absent where it is about none. */
    urn?: string;
  };
  /** The engine is done with a preview, up or destroy. */
  "stack-summary": {
    /** The command that it is part of. */
    operation: StackOperation;
    /** How many resources, by Pulumi's word for what became of them: `create`, `update`, `same`, ... */
    changes: Readonly<Record<string, number>>;
    /** Whole seconds, as the engine counts. */
    durationSeconds: number;
  };
  /** The demo's check of live replication: a new version was written, or has come to a vault. */
  "live-object": {
    /** `written`: at the source; `arrived`: at `vault`. */
    state: "written" | "arrived";
    /** Of the object. */
    key: string;
    /** The source's, which a replica has too. */
    versionId: string;
    /** Name of the vault, with `arrived`. */
    vault?: string;
    /** Since the version was written; 0 with `written`. */
    elapsedMs: number;
  };
  /** There is a job for this backfill. */
  "job-created": {
    /** AWS's, of S3 Batch Operations. */
    jobId: string;
    /** True: it was there before this run, which carries it on. */
    resumed: boolean;
    /** 64 hex characters, by which AWS makes one job of several requests. */
    clientRequestToken: string;
    /** Of the job that brings one version before another one may run; absent for all others. */
    trial?: true;
  };
  /** The job is in another state than at the look before. */
  "job-status": {
    /** AWS's, of S3 Batch Operations. */
    jobId: string;
    /** AWS's own word. */
    status: JobStatus;
    /** Of the job that brings one version before another one may run; absent for all others. */
    trial?: true;
  };
  /** One version was brought by a job of its own, and looked at in the vaults, before the other job may run. */
  trial: TrialFields;
  /** What a job would do and cost, before it is approved. */
  plan: PlanFields;
  /** The plan was approved and the job may run, once its trial has arrived where it has one. */
  "plan-confirmed": {
    /** AWS's, of S3 Batch Operations. */
    jobId: string;
    /** The one of the event `plan`. */
    planHash: string;
    /** ARN of whoever approved it; null where the ledger does not tell. */
    approvedBy: string | null;
  };
  /** What every job made of one version. */
  lineage: LineageFields;
  /** What the report of a job tells of all of its tasks: with `lineage`, of each job that it goes by. */
  "job-report": JobReportFields;
  /** A batch job, as it is now. */
  job: JobFields;
  /** How far the job is, as often as that changes. */
  "job-progress": {
    /** AWS's, of S3 Batch Operations. */
    jobId: string;
    /** Tasks that have ended, the failed ones included. */
    doneCount: number;
    /** Tasks in all. */
    totalCount: number;
    /** Tasks that have failed. */
    failedCount: number;
    /** Null until two looks have shown how fast it goes. */
    objectsPerSecond: number | null;
    /** Null while the rate is not known and once all tasks are done. */
    remainingMs: number | null;
  };
  /** No job is made: nothing is missing, and the verdict is clean. */
  "nothing-to-do": {
    /** Versions and delete markers of the source that were looked at. */
    versionsSeen: number;
  };
  /** The job is over, and a file of its completion report is not there, or not yet. Told of each file once, before the wait. */
  "report-wait": {
    /** AWS's, of S3 Batch Operations. */
    jobId: string;
    /** In the operations bucket. */
    key: string;
    /** About as long at the most. Seconds. */
    atMostSeconds: number;
  };
  /** The job's completion report is there and was read. */
  report: {
    /** One for each task, or for each failed one with `failed-tasks-only`. */
    rows: number;
    /** Rows of tasks that succeeded. */
    succeeded: number;
    /** All other rows. */
    failed: number;
    /** Where its files were put on this machine. */
    folder: string;
  };
  /** One look at the versions is done; those that replication may still bring are looked at again. */
  "settle-progress": {
    /** Versions that need no further look. */
    settledCount: number;
    /** Versions and delete markers of the source. */
    totalCount: number;
  };
  /** A verdict has to wait for what may still be on its way. Told once, before the wait. */
  "settle-wait": {
    /** So many versions at the most are not rightly at a vault yet, and may be so at the next look. */
    waitingCount: number;
    /** About as long at the most: the last look at them begins then. Seconds. */
    atMostSeconds: number;
    /** The option with which nothing that is missing is waited for. Absent where it is given. */
    avoidedBy?: "--rpo";
  };
  /** An inventory that a look goes by; its files are brought here next. */
  "inventory-found": {
    /** Bucket that it lists. */
    bucket: string;
    /** Name of the vault, where it is a vault's. */
    vault?: string;
    /** ISO 8601: when S3 began to look through the bucket. */
    createdAt: string;
    /** How many files it has. */
    filesCount: number;
    /** Of all files together, as they are packed. Bytes. */
    sizeBytes: number;
  };
  /** How much of the inventories is here. */
  "inventory-progress": {
    /** Bytes that are here. */
    doneBytes: number;
    /** Bytes of all inventories that the look goes by. */
    totalBytes: number;
  };
  /** What Athena will be asked, and what that costs at most: before anything is charged. */
  "athena-plan": AthenaPlanFields;
  /** A question that Athena has answered. */
  "athena-answered": AthenaAnsweredFields;
  /** How many versions are judged so far. */
  "verify-progress": {
    /** Versions that need no further look. */
    doneCount: number;
    /** Versions and delete markers of the source. */
    totalCount: number;
  };
  /** With `verify --watch`: everything was clean, and is looked at again. */
  "next-look": {
    /** Until then. */
    inSeconds: number;
  };
  /** What must not be possible in a vault was tried, and refused. */
  refusal: {
    /** `delete-locked-version`, `shorten-retention` or `suspend-versioning`. */
    action: string;
    /** S3's: `AccessDenied` or `InvalidBucketState`. */
    errorCode: string;
    /** S3's. */
    message: string;
    /** Name of the vault in the config. */
    vault: string;
  };
  /** The vaults' own protections, looked at. */
  guard: GuardFields;
  /** The roles of the sources, looked at by `up`; in a verdict they are part of its drift. */
  roles: RolesFields;
  /** What a look at one source came to, or the closing one over several. */
  verdict: VerdictFields;
  /** Something that keeps, or will keep, replication, a job or a lock from doing what is promised. Told by `doctor`. */
  finding: FindingFields;
  /** A canary is in a source bucket, and stays. Told by `doctor --canary`. */
  "canary-written": {
    /** Name of the source bucket. */
    bucket: string;
    /** In a folder `lockstep-canary/` under the rule's prefix. */
    key: string;
    /** S3's, which the replica has too. */
    versionId: string;
    /** Of its content. */
    sizeBytes: number;
    /** Names of the rules that take it. */
    rules: readonly string[];
    /** Where it stays, the source first, then each vault, as far as that is known before it arrives. */
    stays: readonly CanaryStay[];
  };
  /** What the source says of a canary has changed. */
  "canary-status": {
    /** Name of the source bucket. */
    bucket: string;
    /** Of the canary. */
    key: string;
    /** S3's. */
    versionId: string;
    /** S3's word; `NONE` where it has none yet, `UNREAD` where the source could not be looked at. */
    status: "PENDING" | "COMPLETED" | "FAILED" | "NONE" | "UNREAD";
    /** Since all canaries were written. */
    elapsedMs: number;
  };
  /** What became of a canary at one vault, judged as `verify` judges a version. */
  "canary-judged": {
    /** Of the canary. */
    key: string;
    /** S3's. */
    versionId: string;
    /** Name of the vault in the config. */
    vault: string;
    /** As of an outcome. */
    kind: OutcomeKind;
    /** As of an outcome. */
    code: OutcomeCode;
    /** In words. */
    cause?: string;
    /** Object Lock's word. Absent where the replica is not locked, or not there. */
    lockMode?: string;
    /** ISO 8601. */
    lockedUntil?: string;
  };
  /** Everything was looked at; each finding was told before. */
  examined: {
    /** Findings of severity `error`. */
    errors: number;
    /** Findings of severity `warning`. */
    warnings: number;
    /** Findings of severity `info`. */
    infos: number;
  };
  /** A policy for the organization; `characters` are those of its shortest form, which AWS limits. */
  "organization-policy": {
    /** Which of AWS's two kinds. */
    kind: "service-control-policy" | "resource-control-policy";
    /** A `PolicyDocument`. */
    document: unknown;
    /** AWS takes 5120. */
    characters: number;
    /** Where it was written. */
    path?: string;
  };
  /** A new pair of keys for evidence. Told by `evidence key`. */
  "evidence-key": EvidenceKeyFields;
  /** What a check of evidence came to. */
  evidence: EvidenceFields;
  /** A bundle of evidence was written, and checked. Told by `prove`, after its verdicts. */
  "evidence-written": EvidenceWrittenFields;
  /** A line of a bundle, with the proof that it is in it. Told by `evidence show`. */
  "evidence-line": EvidenceLineFields;
  /** A rule of the policy pack is violated. */
  "policy-violation": PolicyFinding;
  /** Every rule was looked at; each violation was told before. */
  "policies-checked": {
    /** Rules of the pack. */
    rulesCount: number;
    /** Resources that they were held against. */
    resourcesCount: number;
    /** Violations of severity `error`: with any the command ends with 1. */
    errorsCount: number;
    /** Violations of severity `warning`. */
    warningsCount: number;
    /** Violations of severity `info`. */
    infosCount: number;
  };
  /** What somebody has to be allowed in one account to run one command; `characters` are those of its shortest form. */
  "operator-policy": {
    /** Of `lockstep`. */
    command: string;
    /** Twelve digits. */
    accountId: string;
    /** A `PolicyDocument`. */
    document: unknown;
    /** AWS takes 6144 of a managed policy. */
    characters: number;
    /** Where it was written. */
    path?: string;
  };
  /** `destroy` leaves this at AWS. */
  kept: {
    /** Its id at AWS: a bucket's name, a key's id. */
    resource: string;
    /** Why it stays, in words. */
    reason: string;
    /** ISO 8601: the latest date among versions that were looked at; others may be locked for longer. Absent without one. */
    lockedUntil?: string;
  };
  /** Which locks at one vault would be extended, before it is approved. Told by `relock`, once for each vault of the source. */
  "relock-plan": {
    /** Name of the vault in the config. */
    vault: string;
    /** One for each target day and mode; none where nothing is to be done. */
    jobs: readonly {
      /** Object Lock's word. */
      mode: LockMode;
      /** ISO 8601: what each of its versions is locked until. */
      until: string;
      /** Tasks of the job. */
      versionsCount: number;
      /** Versions that are under a GOVERNANCE lock and become COMPLIANCE. */
      raisedCount: number;
      /** For how many days longer than its own date a version is locked, at the most. Whole days, rounded up. */
      overLockDays: number;
      /** The first of its versions, twenty at the most. */
      versions: readonly {
        /** Of the object. */
        key: string;
        /** The source's, which a replica has too. */
        versionId: string;
        /** ISO 8601: what it has to be locked until at the least. */
        ownUntil: string;
      }[];
    }[];
    /** Replicas that are locked as promised, and for long enough. */
    enoughAlready: number;
    /** Replicas that no job can extend, a hundred at the most, and why. */
    cannot: readonly RelockFailure[];
    /** All of those. */
    cannotCount: number;
    /** What the jobs cost. */
    priceUsd: number;
    /** The limit of the config; null without one. */
    budgetUsd: number | null;
  };
  /** What jobs would read to compare contents, before it is approved. Told by `verify` with level `checksum`. */
  "checksum-plan": ChecksumPlanFields;
  /** What came of extending locks: for each source, and at the end for all where there are several. */
  relock: RelockFields;
  /** A command came to its end. */
  done: {
    /** `init`, `up`, `destroy` or `demo`. */
    command: string;
    /** Where the reports of the job are. The demo's, when it had a job. */
    reportFolder?: string;
    /** The file to look at in a browser, as `lockstep report` writes it. The demo's only. */
    page?: string;
    /** Where the stack's state is. The demo's only. */
    stateFolder?: string;
    /** What to run or know next, a line each. */
    next: readonly string[];
  };
  /** Why a command failed, or why one source of several has no verdict. Told by the command line; the library throws. */
  error: {
    /** `Unexpected` for an error that is none of Lockstep's. */
    code: ErrorCode | "Unexpected";
    /** `bug` with `Unexpected`. */
    source: ErrorSource;
    /** In words. */
    message: string;
    /** Name of the source of several that it kept from a verdict. */
    sourceName?: string;
    /** What to do next, in one or two sentences. */
    hint: string;
    /** Every mistake, when the error is about several. */
    problems?: readonly Problem[];
  };
}

/** What the engine does with a stack. */
export type StackOperation = "preview" | "up" | "destroy";

/** The `type` of an event: a key of `EventTable`. */
export type EventType = keyof EventTable;

/** One event: its type and its fields. */
export type LockstepEvent = {
  [Type in EventType]: {
    /** The key of its fields in `EventTable`. */
    readonly type: Type;
  } & Readonly<EventTable[Type]>;
}[EventType];

/** Receives events; must not throw. */
export type Listener = (event: LockstepEvent) => void;

/** What every long-running function of the library is given. */
export interface Session {
  /** Is told all that happens, as it happens. */
  readonly emit: Listener;
  /** Ends the work, with a LockstepError `Aborted`. */
  readonly signal: AbortSignal;
  /** What the work waits by; `systemClock` but in tests. */
  readonly clock: Clock;
}
