/** `error`: protection or data is lost; `warning`: somebody should have meant it. */
export type RiskSeverity = "error" | "warning";

/** What a kind of risk is, for whoever reads a list of them. */
interface RiskKind {
  /** `error`: protection or data is lost; `warning`: somebody should have meant it. */
  readonly severity: RiskSeverity;
  /** In a few words. */
  readonly title: string;
  /** What follows from it at AWS. */
  readonly why: string;
}

/** Every kind of change that costs data or protection, by its stable id. */
export const RISKS = {
  RetentionShrinks: {
    severity: "error",
    title: "Default retention shrinks",
    why: "What arrives from then on is locked for less. What is locked already keeps its date.",
  },
  RetentionRemoved: {
    severity: "error",
    title: "Default retention goes",
    why: "What arrives from then on without a lock of its own can be deleted at once.",
  },
  LockModeWeakens: {
    severity: "error",
    title: "Lock mode goes from COMPLIANCE to GOVERNANCE",
    why: "Whoever has s3:BypassGovernanceRetention can delete what arrives from then on.",
  },
  VersioningSuspended: {
    severity: "error",
    title: "Versioning is suspended",
    why: "An overwrite replaces the null version for good, and S3 replicates only from and to buckets with versioning.",
  },
  RuleDisabled: {
    severity: "error",
    title: "A replication rule goes Disabled",
    why: "What is written while it is disabled is never replicated by itself; a backfill brings it along.",
  },
  RuleRemoved: {
    severity: "error",
    title: "A replication rule goes",
    why: "What is written from then on is not replicated by it.",
  },
  RuleFilterChanges: {
    severity: "warning",
    title: "A replication rule matches other objects",
    why: "What it no longer matches is not replicated; what it matches newly and is there already needs a backfill.",
  },
  RuleDestinationChanges: {
    severity: "warning",
    title: "A replication rule sends elsewhere",
    why: "What is in the former destination stays there; what was replicated before is not in the new one.",
  },
  DenyRemoved: {
    severity: "error",
    title: "A Deny statement goes",
    why: "What it refused is decided by the other policies alone.",
  },
  StatementChanges: {
    severity: "warning",
    title: "A policy statement changes",
    why: "It may refuse less, or allow more, than before.",
  },
  AllowRemoved: {
    severity: "warning",
    title: "An Allow statement goes",
    why: "Who needs it is refused: a role without its rights fails each replication or each task of a job.",
  },
  AllowAdded: {
    severity: "warning",
    title: "A policy allows more",
    why: "Somebody may do what nobody was allowed by this policy before.",
  },
  KeyChanges: {
    severity: "warning",
    title: "Another encryption or another KMS key",
    why: "What is there stays under its former key, which has to be kept as long as that data.",
  },
  KeyRemoved: {
    severity: "error",
    title: "A KMS key is deleted",
    why: "What is encrypted under it can never be read again, locked or not.",
  },
  KeyLeftBehind: {
    severity: "warning",
    title: "A KMS key is left behind",
    why: "It stays at AWS, and is charged, but no command looks at it any more; what is encrypted under it needs it.",
  },
  PublicAccessOpens: {
    severity: "error",
    title: "Public access is no longer blocked",
    why: "A policy or an ACL may make the bucket public.",
  },
  LifecycleChanges: {
    severity: "warning",
    title: "What lifecycle rules delete changes",
    why: "Lifecycle deletes versions for good as soon as no lock holds them.",
  },
  BucketDeleted: {
    severity: "error",
    title: "A bucket is deleted",
    why: "A bucket that holds versions is not deleted: S3 answers BucketNotEmpty, in the middle of the deployment.",
  },
  BucketReplaced: {
    severity: "error",
    title: "A bucket that holds data is replaced",
    why: "The one in its place is empty. What it holds stays at AWS, and no command looks at it: `lockstep preview` and `lockstep up` refuse it.",
  },
  BucketLeftBehind: {
    severity: "error",
    title: "A bucket is left behind",
    why: "It stays at AWS with what it holds, but nothing is replicated by this stack there or from there, and no command looks at it.",
  },
  VaultLeftBehind: {
    severity: "error",
    title: "A vault is left behind",
    why: "It stays at AWS, locked and guarded, but nothing is replicated into it any more and no command looks at it.",
  },
} as const satisfies Readonly<Record<string, RiskKind>>;

/** Stable name of a kind of risk. */
export type RiskId = keyof typeof RISKS;

/** What a detector finds in one planned change. */
export interface FoundRisk {
  /** Its kind. Stable. */
  readonly id: RiskId;
  /** What happens to what, without where, as in `default retention shrinks from 30 to 10 days`. Not stable. */
  readonly words: string;
  /** Of the property, where it is about one. */
  readonly path?: string;
  /** As the resource has it. */
  readonly old?: unknown;
  /** As it will have it. */
  readonly new?: unknown;
}

/** A change that costs data or protection, with all that a reader needs. */
export interface Risk extends FoundRisk {
  /** `error`: protection or data is lost; `warning`: somebody should have meant it. */
  readonly severity: RiskSeverity;
  /** A whole sentence: what, where, from what to what. Not stable. */
  readonly message: string;
  /** What AWS calls the resource; else Pulumi's name. */
  readonly resource: string;
  /** Pulumi's type of it. */
  readonly resourceType: string;
  /** Absent for a vault that the config has no longer. */
  readonly urn?: string;
  /** Twelve digits. */
  readonly account?: string;
  /** Of the resource. */
  readonly region?: string;
}

/** A risk as it is told. */
export interface RiskFields extends Risk {
  /** Of the stack file, from 1, where it comes from. */
  readonly line: number;
}
