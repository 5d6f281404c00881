import type { LedgerEntry } from "../backfill/ledger";

/**
 * Records of jobs whose reports were read for a look that has not told its verdict, the latest first. Pure. Those that were cancelled, or
 * failed, between them have nothing to be taken over.
 * @param settled the latest first
 */
export function unendedSeries(settled: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const end = settled.findIndex(
    ({ record: { outcome } }) => outcome === "clean" || outcome === "not-clean",
  );
  const since = end < 0 ? settled : settled.slice(0, end);
  return since.filter(({ record: { outcome } }) => outcome === "read");
}
