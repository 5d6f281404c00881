/** Where things lie in the operations bucket of a source. No slash at either end, as S3 Batch Operations takes prefixes. */
export const OPERATIONS_PREFIXES = {
  /** Manifests of jobs, S3's and our own. */
  manifestPrefix: "manifests",
  /** Completion reports of jobs. */
  reportPrefix: "reports",
  /** The record of every job: intents, plans and how they ended. */
  ledgerPrefix: "ledger",
} as const;

/** Where the jobs that extend locks keep theirs, in the operations bucket beside a vault. No slash at either end. */
export const RELOCK_PREFIXES = {
  /** Lists of the versions to be locked. */
  manifestPrefix: "relock/manifests",
  /** Completion reports. */
  reportPrefix: "relock/reports",
  /** The record of every such job. */
  ledgerPrefix: "relock/ledger",
} as const;

/** Where bundles of evidence are kept, in the operations bucket beside a vault. No slash at either end. */
export const EVIDENCE_PREFIX = "evidence";

/** Where the jobs that compute checksums keep theirs, in the operations bucket of a source or of a vault. No slash at either end. */
export const CHECKSUM_PREFIXES = {
  /** Lists of the versions to be read. */
  manifestPrefix: "checksum/manifests",
  /** Completion reports: the checksums. */
  reportPrefix: "checksum/reports",
  /** The record of every such job. */
  ledgerPrefix: "checksum/ledger",
} as const;
