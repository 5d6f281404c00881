/** Where things lie in the operations bucket. No slash at either end, as S3 Batch Operations takes prefixes. */
export const OPERATIONS_PREFIXES = {
  manifestPrefix: "manifests",
  reportPrefix: "reports",
  ledgerPrefix: "ledger",
} as const;
