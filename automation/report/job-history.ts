/** Our jobs, as the ledger at the source tells them. It lies on the side that may be hostile: a report shows it, and proves nothing by it. */

import type { LedgerEntry } from "../backfill/ledger";
import type { JobHistory } from "./fields";

/** Reads a record. Pure. */
export function jobHistory({ record }: Pick<LedgerEntry, "record">): JobHistory {
  const { approvedAt, approvedBy, intent, jobId, outcome, state } = record;
  return {
    jobId: jobId ?? null,
    sequence: intent.sequence,
    state,
    ...(outcome === undefined ? {} : { outcome }),
    ...(approvedAt === undefined ? {} : { approvedAt }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
    samples: [],
    totalCount: null,
    tasksPerSecond: null,
  };
}
