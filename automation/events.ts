import type { Clock } from "./clock";
import type { ErrorCode, ErrorSource, Problem } from "./errors";
import type { JobStatus } from "./backfill/job-state";
import type { Drift, GuardLoss, OutcomeCode, OutcomeKind, VaultCounts } from "./judge/outcome";
import type { Cover } from "./look/cover";
import type { PropertyChange } from "./stack/property-changes";

/**
 * Everything that the library says while it works, by type. With `--json` each event is one line on stdout with its type
 * in `type`; names and fields here are stable, the words in `message` are not. Sizes are bytes, times milliseconds.
 */
export interface EventTable {
  /** One stage of a longer command has begun. */
  stage: { step: number; steps: number; title: string };
  note: { message: string };
  warning: { code: string; message: string };
  "engine-progress": {
    phase: "looking" | "downloading" | "waiting" | "building";
    message: string;
    elapsedMs: number;
    packagesBuilt?: number;
  };
  "engine-ready": { path: string; version: string; origin: "env" | "path" | "installed" | "built" };
  "sandbox-ready": {
    endpoint: string;
    accounts: readonly { name: string; accountId: string; region: string }[];
  };
  "seed-progress": { doneCount: number; totalCount: number };
  "seed-done": {
    bucket: string;
    objectsCount: number;
    versionsCount: number;
    deleteMarkersCount: number;
    taggedCount: number;
    sizeBytes: number;
  };
  "preflight-passed": { accounts: readonly { path: string; accountId: string; arn: string }[] };
  /** One resource in a preview, up or destroy. */
  resource: {
    operation: StackOperation;
    action: string;
    resourceType: string;
    name: string;
    urn: string;
    state: "planned" | "started" | "done" | "failed";
    /** Where it is at AWS, and what it is called there: absent for what is nowhere, or has yet to be named. */
    account?: string;
    region?: string;
    physicalName?: string;
    /** What an update or a replacement changes, each down to the value that differs. */
    changes?: readonly PropertyChange[];
  };
  diagnostic: { severity: "info" | "warning" | "error"; message: string; urn?: string };
  "stack-summary": {
    operation: StackOperation;
    changes: Readonly<Record<string, number>>;
    durationSeconds: number;
  };
  "live-object": {
    state: "written" | "arrived";
    key: string;
    versionId: string;
    vault?: string;
    elapsedMs: number;
  };
  "job-created": { jobId: string; resumed: boolean; clientRequestToken: string };
  "job-status": { jobId: string; status: JobStatus };
  plan: {
    jobId: string;
    planHash: string;
    /** Who made the manifest: S3 by its generator, or Lockstep with exactly what is missing. */
    manifestBy: "generator" | "own";
    objects: number;
    /** Versions of the manifest that are not missing anywhere: their tasks are paid for and do nothing. */
    extraObjects: number;
    sizeBytes: number;
    /** What the job itself costs; `notIncluded` names what AWS charges beside it. */
    priceUsd: { job: number; tasks: number; manifest: number; total: number };
    notIncluded: readonly string[];
    budgetUsd: number | null;
    vaults: readonly string[];
  };
  "plan-confirmed": { jobId: string; planHash: string };
  "job-progress": {
    jobId: string;
    doneCount: number;
    totalCount: number;
    failedCount: number;
    /** Null until two looks have shown how fast it goes. */
    objectsPerSecond: number | null;
    /** Null while the rate is not known and once all tasks are done. */
    remainingMs: number | null;
  };
  "nothing-to-do": { versionsSeen: number };
  report: { rows: number; succeeded: number; failed: number; folder: string };
  "settle-progress": { settledCount: number; totalCount: number };
  "verify-progress": { doneCount: number; totalCount: number };
  refusal: { action: string; errorCode: string; message: string; vault: string };
  /** The vaults' own protections, looked at. */
  guard: GuardFields;
  /** The roles of the sources, looked at by `up`; in a verdict they are part of its drift. */
  roles: RolesFields;
  verdict: VerdictFields;
  /** A policy for the organization; `characters` are those of its shortest form, which AWS limits. */
  "organization-policy": {
    kind: "service-control-policy" | "resource-control-policy";
    document: unknown;
    characters: number;
    /** Where it was written. */
    path?: string;
  };
  kept: { resource: string; reason: string; lockedUntil?: string };
  done: { command: string; reportFolder?: string; stateFolder?: string; next: readonly string[] };
  error: {
    code: ErrorCode | "Unexpected";
    source: ErrorSource;
    message: string;
    /** Name of the source of several that it kept from a verdict. */
    sourceName?: string;
    hint?: string;
    problems?: readonly Problem[];
  };
}

export type StackOperation = "preview" | "up" | "destroy";

/** What a look at the vaults' own protections found. Names of vaults are those of the config. */
export interface GuardFields {
  readonly checked: readonly string[];
  /** Vaults whose protections are another team's, or were deployed by an earlier version: nothing is said of them. */
  readonly unknown: readonly string[];
  /** Everything that is not as deployed. */
  readonly losses: readonly GuardLoss[];
}

/** A copy of a promise in the operations bucket beside a vault. */
export interface PromiseCopyFields {
  /** Name of the vault in the config. */
  readonly vault: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** ISO 8601; AWS's date. */
  readonly writtenAt: string;
}

/** What a verdict does not speak of, so that nobody takes it for proven. */
export type NotProven = "annotations" | "roles";

/** What a look at the roles of the sources found. Names of sources are those of the config. */
export interface RolesFields {
  readonly checked: readonly string[];
  /** Sources that an earlier version deployed, which did not write down how their roles were: nothing is said of them. */
  readonly unknown: readonly string[];
  /** Everything that is not as deployed. */
  readonly drift: readonly Drift[];
}

/**
 * What a look ends with, for one source. Counts are versions: one counts by its worst outcome over all vaults; `vaults` counts
 * each vault by itself.
 */
export interface VerdictFields {
  /** Name of the source in the config; absent in the closing verdict over several sources. */
  source?: string;
  /** Names of the sources that a closing verdict is over, in the order of the config; absent in the verdict of one. */
  sources?: readonly string[];
  clean: boolean;
  /** Digest of the promise that was looked for; absent over several sources. */
  promiseDigest?: string;
  /** Where the promise was taken from when the stack's state tells nothing; absent otherwise. */
  promiseCopy?: PromiseCopyFields;
  proven: number;
  /** `not-applicable` and `unprotected` together. */
  ineligible: number;
  failed: number;
  notApplicable?: number;
  unprotected?: number;
  lapsed?: number;
  unverifiable?: number;
  vaults?: readonly VaultCounts[];
  drift?: readonly Drift[];
  guard?: readonly GuardLoss[];
  /** The first hundred of what lies on top of promised versions; `vaults` counts all of them. */
  onTop?: readonly Cover[];
  /** The source has no version that is promised anywhere, and the vaults have none either. */
  empty?: boolean;
  /** Versions that the source calls FAILED, whatever the vaults say; absent when there are none. */
  sourceFailedCount?: number;
  /** The first hundred of them. */
  sourceFailed?: readonly { key: string; versionId: string }[];
  /** The four counts that have to agree; null where there was no job to count. */
  counts: {
    manifest: number | null;
    job: number | null;
    report: number | null;
    vault: number | null;
  };
  ineligibleReasons: Readonly<Record<string, number>>;
  /** The first hundred outcomes that stand in the way of a clean verdict; with `source` in a closing verdict over several. */
  failures: readonly {
    key: string;
    versionId: string;
    vault?: string;
    kind?: OutcomeKind;
    code?: OutcomeCode;
    cause: string;
    source?: string;
  }[];
  disagreements: readonly string[];
  /** What was not looked at. It does not stand in the way of a clean verdict. */
  notProven?: readonly NotProven[];
  jobId?: string;
}

/** The `type` of an event: a key of `EventTable`. */
export type EventType = keyof EventTable;

/** One event: its type and its fields. */
export type LockstepEvent = {
  [Type in EventType]: { readonly type: Type } & Readonly<EventTable[Type]>;
}[EventType];

/** Receives events; must not throw. */
export type Listener = (event: LockstepEvent) => void;

/** A question that the library needs answered before it goes on. */
export interface Question {
  /** `leave-vault` is not answered by `--yes`. */
  readonly code: "approve-plan" | "deploy" | "destroy" | "leave-vault";
  readonly text: string;
  /** With `leave-vault`: its name in the config that it was deployed from. */
  readonly vault?: string;
}

/** Answers a question; a rejection ends the work. */
export type Confirm = (question: Question) => Promise<boolean>;

/** What every long-running function of the library is given. */
export interface Session {
  readonly emit: Listener;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}
