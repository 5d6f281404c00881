/** What a report says: the shape of `lockstep report --format json`, and what each other format is rendered from. */

import type { GuardFields, VerdictFields } from "../events";
import type { ExplainedJobFailure } from "../backfill/explained-failures";
import type { OutcomeKind } from "../judge/outcome";
import type { PolicyPatch } from "../policy-patch";

/** Versions by what became of them; one that is promised at two vaults counts at each. */
export type OutcomeCounts = Readonly<Record<OutcomeKind, number>>;

/** What versions that have something in common came to. */
export interface OutcomeGroup {
  /** What they have in common, as in `records/2026/`. */
  readonly name: string;
  /** By what became of them. */
  readonly counts: OutcomeCounts;
  /** Of those that would need somebody, how many are accepted: see `accepted` of a look. */
  readonly accepted: number;
  /** Of their content together, each once for each vault. */
  readonly sizeBytes: number;
}

/** Versions, grouped. Those that need somebody come first, then the largest groups. */
export interface Grouping {
  /** At most 20. */
  readonly groups: readonly OutcomeGroup[];
  /** All that are in none of `groups`; null where there are none. */
  readonly others: OutcomeGroup | null;
  /** There were too many groups to count each: `groups` may have more than is said, and `others` less. Absent: all is exact. */
  readonly isLowerBound?: true;
}

/** Whether running the same command again can help. */
export type Rerun =
  /** As it is. */
  | "yes"
  /** Once what is said under `fix` is done. */
  | "after-fix"
  /** Never. */
  | "no";

/** What is wrong with versions, for one reason, at one vault. */
export interface CauseFields {
  /** `kind/code` of the outcomes, as in `failed/missing`. */
  readonly outcome: string;
  /**
   * S3's failure code, as the report of a job told it; `(another code)` for what no code looks like, and for several that no page of AWS has;
   * absent where no job told one.
   */
  readonly failureCode?: string;
  /** Name of the vault in the config; absent where it is about none. */
  readonly vault?: string;
  /**
   * Names of the vaults of which one refused what `failureCode` names: a report does not tell which, and each of them lacks the versions.
   * No statement is named then. Absent: it can only be `vault`.
   */
  readonly atOneOf?: readonly string[];
  /** How many, at this vault. */
  readonly versions: number;
  /** Of their content together. */
  readonly sizeBytes: number;
  /** At most three of them. */
  readonly examples: readonly {
    /** Of the object. */
    readonly key: string;
    /** The source's. */
    readonly versionId: string;
    /** In words; what it names may differ from version to version. */
    readonly cause: string;
  }[];
  /**
   * There where only the report of a job says why: it lies at the source, which may be hostile. `what`, `fix` and `patch` are then what they are if it
   * tells the truth.
   */
  readonly toldBy?: "job-report";
  /** What happened. */
  readonly what: string;
  /** Twelve digits: in whose account something has to be done. */
  readonly account: string;
  /** What to do there. */
  readonly fix: string;
  /** The statement of the first of `patches`. Absent where there is none. */
  readonly patch?: Readonly<Record<string, unknown>>;
  /** What the policies have to say, of which something is missing: a statement each. Absent where no right is missing. */
  readonly patches?: readonly PolicyPatch[];
  /** Whether running the backfill again can help. */
  readonly rerun: Rerun;
  /** Page of AWS that says so; absent where it is a word of ours. */
  readonly source?: string;
}

/** Versions that would need somebody, for one reason, at one vault, and stand in nobody's way. */
export interface AcceptedFields {
  /** `kind/code` of the outcomes, as in `lapsed/lapsed`. */
  readonly outcome: string;
  /** Name of the vault in the config; absent where it is about none. */
  readonly vault?: string;
  /** How many, at this vault. */
  readonly versions: number;
  /** Of their content together. */
  readonly sizeBytes: number;
  /**
   * `configuration`: `lockstep:verdict` accepts them. `level`: the look does not tell whether they are promised at all. `objective`: they may
   * still come, within `--rpo`.
   */
  readonly by: "configuration" | "level" | "objective";
}

/** Locks that end in the same month. */
export interface LockMonth {
  /** UTC, as in `2027-01`. */
  readonly month: string;
  /** Name of the vault in the config. */
  readonly vault: string;
  /** Versions. */
  readonly versions: number;
}

/** How far a job was at a moment. */
export interface JobSample {
  /** ISO 8601, by our clock. */
  readonly at: string;
  /** Tasks that have ended. */
  readonly doneCount: number;
  /** Of them, those that failed. */
  readonly failedCount: number;
}

/** One job of ours, as the ledger at the source tells it. */
export interface JobHistory {
  /** AWS's, of S3 Batch Operations; null before it was made. */
  readonly jobId: string | null;
  /** Of the ledger's record. */
  readonly sequence: number;
  /** `intended`, `created`, `approved` or `settled`. */
  readonly state: string;
  /** Absent before it is settled. */
  readonly outcome?: string;
  /** Why it failed, by AWS, as the record says: at most three reasons. Absent where it did not, and where an earlier version did not write it down. */
  readonly failureReasons?: readonly {
    /** AWS's, at most 300 characters. */
    readonly code: string;
    /** In AWS's words, at most 300 characters. */
    readonly reason: string;
    /** What it means, and what to do. Absent for words that are not known. */
    readonly explained?: ExplainedJobFailure;
  }[];
  /** ISO 8601; absent where nobody approved it or an earlier version did not write it down. At most 300 characters of what the record says. */
  readonly approvedAt?: string;
  /** ARN of whoever did. At most 300 characters of what the record says. */
  readonly approvedBy?: string;
  /** How it went on, thinned; empty where it was not written down. */
  readonly samples: readonly JobSample[];
  /** Tasks in all; null where it was not written down. */
  readonly totalCount: number | null;
  /** From the first sample to the last; null where that is not known. */
  readonly tasksPerSecond: number | null;
}

/** Files in the ledger's place that are no record of this stack's, or not any more. */
export interface JobsAside {
  /** How many. */
  readonly count: number;
  /** At most 20 of them. */
  readonly first: readonly {
    /** Of the object. */
    readonly key: string;
    /** Why it is not believed, at most 300 characters. */
    readonly why: string;
  }[];
}

/** How far live replication by one rule is behind. */
export interface LiveLag {
  /** Of the rule. */
  readonly rule: string;
  /** Name of the vault in the config. */
  readonly vault: string;
  /** The largest in five minutes each, in seconds: `ReplicationLatency` of CloudWatch. Empty where it is not known, or nothing was replicated. */
  readonly points: readonly {
    /** ISO 8601: when the five minutes began. */
    readonly at: string;
    /** The largest. */
    readonly seconds: number;
  }[];
  /** Why there are no points, in words; absent where there are. */
  readonly unknown?: string;
}

/** What a vault promises. */
export interface VaultPromiseFields {
  /** Name in the config. */
  readonly name: string;
  /** Name of the bucket. */
  readonly bucket: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** AWS's name of it. */
  readonly region: string;
  /** `GOVERNANCE` or `COMPLIANCE`. */
  readonly lockMode: string;
  /** For how long each version is locked. */
  readonly retentionDays: number;
}

/** One source and its vaults. */
export interface SourceReport {
  /** Name in the config. */
  readonly source: string;
  /** As the event `verdict` has it. Absent beside an error. */
  readonly verdict?: VerdictFields;
  /** What kept it from a verdict. Absent beside one. */
  readonly error?: {
    /** Of the error; `Unexpected` for one that is none of Lockstep's. */
    readonly code: string;
    /** In words. */
    readonly message: string;
  };
  /** What was looked at; absent where nothing was. */
  readonly looked?: LookedAt;
  /** The latest first, at most 50; null where the ledger cannot be read. */
  readonly jobs: readonly JobHistory[] | null;
  /** What is not believed in the ledger's place: a job of ours may be missing in `jobs`. Absent where there is nothing of that kind. */
  readonly jobsAside?: JobsAside;
  /** One for each rule. */
  readonly live: readonly LiveLag[];
}

/** What a look came to, in sums that do not grow with the bucket. */
export interface LookedAt {
  /** ISO 8601, by AWS's time: when the source was listed. Absent where AWS did not tell. */
  readonly at?: string;
  /** Name of the source's bucket. */
  readonly bucket: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** AWS's name of it. */
  readonly region: string;
  /** Of the source's listing, delete markers included. */
  readonly versions: number;
  /** Where they are promised. */
  readonly vaults: readonly VaultPromiseFields[];
  /** By the folder of the key: the first part in which keys differ, at most three deep. */
  readonly byPrefix: Grouping;
  /** By `kind/code`, and S3's failure code where a job told one. */
  readonly byCause: Grouping;
  /** By name of the rule that decides, `a or b` where only tags tell which; what no rule takes is `(no rule)`. Null where the look does not tell it. */
  readonly byRule: Grouping | null;
  /** By ARN of the KMS key at the source; what is under none is `(no KMS key)`. Null where the look does not tell it. */
  readonly byKmsKey: Grouping | null;
  /** By size of the content. */
  readonly bySize: Grouping;
  /** What is open, and stands in nobody's way; of it nothing is to be done. The most versions first. */
  readonly accepted: readonly AcceptedFields[];
  /** What needs somebody and is not accepted, the most versions first; of those with a `failureCode` at most 30. */
  readonly causes: readonly CauseFields[];
  /** When the replicas' locks end, in order. Null where the look does not tell it. */
  readonly locks: readonly LockMonth[] | null;
  /** There where the vaults' inventories tell it, as it was then; of versions that are newer they say nothing. */
  readonly locksBy?: "inventories";
}

/** All that a report says. Further members may come; those that are there stay. */
export interface Report {
  /** Of this shape. */
  readonly reportVersion: 1;
  /** Of Lockstep. */
  readonly lockstepVersion: string;
  /** The stack's short name. */
  readonly stack: string;
  /** ISO 8601: AWS's time of the last look; by this machine's clock where there was none. */
  readonly madeAt: string;
  /** Every source has a clean verdict, and no vault's guard has lost anything. */
  readonly clean: boolean;
  /** What the vaults' own protections were found to be. */
  readonly guard: GuardFields;
  /** In the order of the config. Empty for a stack of side `vaults`. */
  readonly sources: readonly SourceReport[];
}
