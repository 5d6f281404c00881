/** Where things lie in the operations bucket. No slash at either end, as S3 Batch Operations takes prefixes. */
export const OPERATIONS_PREFIXES = {
  /** Manifests of jobs, S3's and our own. */
  manifestPrefix: "manifests",
  /** Completion reports of jobs. */
  reportPrefix: "reports",
  /** The record of every job: intents, plans and how they ended. */
  ledgerPrefix: "ledger",
} as const;
