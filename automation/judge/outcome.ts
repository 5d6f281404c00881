/**
 * What becomes of one version at one vault. Codes are stable, as are the kinds; the words of `cause` are not.
 *
 * A kind says who has to do something: nobody (`proven`, `not-applicable`), the configuration's owner (`unprotected`,
 * `lapsed`), a backfill or the vault's owner (`failed`), or whoever can look (`unverifiable`).
 */

/** Every code, under its kind. */
export const OUTCOME_CODES = {
  /** Right at the vault: content, lock, key, class and owner as promised. By what the content was compared. */
  proven: ["checksum", "etag", "size"],
  /** Not promised at all. */
  "not-applicable": ["delete-marker", "out-of-scope"],
  /** Data that no replica guards. */
  unprotected: [
    "archived",
    "sse-c",
    "deleted-at-vault",
    "rule-disabled",
    "replica",
    "kms-not-taken",
  ],
  /** Was locked as promised; the time is over. */
  lapsed: ["lapsed"],
  /** Promised, and not rightly there. */
  failed: [
    "missing",
    "content",
    "overwritten",
    "not-replica",
    "lock-weaker",
    "wrong-key",
    "wrong-class",
    "wrong-owner",
    "tags",
    "legal-hold",
    "event-hold",
    "annotations",
  ],
  /** Nobody can say. The last three by listings alone: it may be on its way, its tags decide, content or key may be another. */
  unverifiable: ["sse-c", "no-right", "gone", "error", "too-new", "tags-unread", "etag-differs"],
} as const;

/** Who has to do something. */
export type OutcomeKind = keyof typeof OUTCOME_CODES;
/** What it is, under its kind. */
export type OutcomeCode = (typeof OUTCOME_CODES)[OutcomeKind][number];

/** Whether somebody has to do something. Pure. */
export function isOpen({ kind }: { readonly kind: OutcomeKind }): boolean {
  return kind !== "proven" && kind !== "not-applicable";
}

/** Whether it is promised and not there, which a job may bring. Pure. */
export function isMissing({
  code,
  kind,
}: {
  readonly code: OutcomeCode;
  readonly kind: OutcomeKind;
}): boolean {
  return kind === "failed" && code === "missing";
}

/** A count for each kind, to begin with. Pure. */
export function noOutcomes(): Record<OutcomeKind, number> {
  return {
    proven: 0,
    "not-applicable": 0,
    unprotected: 0,
    lapsed: 0,
    failed: 0,
    unverifiable: 0,
  };
}

/** One version at one vault. */
export interface Outcome {
  /** Of the object. */
  readonly key: string;
  /** The source's, which a replica has too; `null` (the word) for a version made before versioning was on. */
  readonly versionId: string;
  /** Absent where no vault is promised: a delete marker, a version outside every rule. */
  readonly vault?: string;
  /** Who has to do something. */
  readonly kind: OutcomeKind;
  /** What it is. One of those under its kind. */
  readonly code: OutcomeCode;
  /** In words, for people. */
  readonly cause?: string;
}

/** A live setting that differs from the promise. */
export interface Drift {
  /** Where the setting is. */
  readonly side: "source" | "vault";
  /** Name of the vault, with side `vault`. */
  readonly vault?: string;
  /** ARN or name of what differs. */
  readonly resource: string;
  /** Which setting, as in `rules["all"].status`. */
  readonly path: string;
  /** The value that was deployed; null where there was none. */
  readonly expected: unknown;
  /** The live value; null where there is none. */
  readonly found: unknown;
  /** What it lets an attacker do, in words. Of roles only: other settings speak for themselves. */
  readonly allows?: string;
  /** Whether it may stop replication or jobs. */
  readonly breaks?: boolean;
}

/** A protection of a vault that is not as deployed. */
export interface GuardLoss {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** Stable: `bucket-policy`, `object-lock`, `versioning`, `lifecycle`, `encryption`, `key`, `key-policy`, ... */
  readonly protection: string;
  /** ARN or name of what lost it. */
  readonly resource: string;
  /** What was deployed; null where there was none. */
  readonly expected: unknown;
  /** What is there; null where there is none. */
  readonly found: unknown;
  /** What it lets an attacker do, in words. */
  readonly allows: string;
  /** Who can restore it: `up` as it is, only the break-glass role (`up --vault-role ARN`), or only the owner, by hand. */
  readonly restoredBy: "up" | "break-glass" | "owner";
  /** How, where only the owner can. */
  readonly restore?: string;
}

/** Counts of one vault. Versions. */
export interface VaultCounts {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** Right there: content, lock, key, class and owner. */
  readonly proven: number;
  /** Part of `proven`: compared by size and version id alone, since both sides are under keys without checksums. */
  readonly provenBySize: number;
  /** Not promised there. */
  readonly notApplicable: number;
  /** Data that no replica there guards. */
  readonly unprotected: number;
  /** Were locked as promised; the time is over. */
  readonly lapsed: number;
  /** Promised, and missing or wrong. */
  readonly failed: number;
  /** Nobody can say: something of it could not be read. */
  readonly unverifiable: number;
  /** How many of each code but `proven`'s, by `kind/code`. */
  readonly codes: Readonly<Record<string, number>>;
  /** What lies on top of promised versions and that a restore by key would meet. */
  readonly onTop: {
    /** Versions that are no replicas. */
    readonly foreignVersions: number;
    /** Delete markers, but those that the source has too and a rule replicates. */
    readonly deleteMarkers: number;
    /** Versions that may be replicas or not, which a listing does not tell. Absent where there are none. */
    readonly unknownVersions?: number;
  };
}
