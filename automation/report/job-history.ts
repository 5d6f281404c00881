/** Our jobs, as the ledger at the source tells them. It lies on the side that may be hostile: a report shows it, and proves nothing by it. */

import type { IntentFrame } from "../backfill/intent";
import { explainedFailures } from "../backfill/explained-failures";
import type { JobFailure } from "../backfill/job-failures";
import type { LedgerEntry, SetAside } from "../backfill/ledger";
import type { ProgressSample } from "../backfill/progress";
import { cut } from "../words";
import type { JobHistory, JobsAside } from "./fields";

/** Reads a record. Pure. */
export function jobHistory({ record }: Pick<LedgerEntry, "record">): JobHistory {
  const { approvedAt, approvedBy, failureReasons, intent, jobId, outcome, progress, state } =
    record;
  const samples = progress?.samples ?? [];
  return {
    jobId: jobId ?? null,
    sequence: intent.sequence,
    state,
    ...(outcome === undefined ? {} : { outcome }),
    ...(failureReasons === undefined ? {} : { failureReasons: told(failureReasons, intent) }),
    ...(approvedAt === undefined ? {} : { approvedAt: cut(approvedAt) }),
    ...(approvedBy === undefined ? {} : { approvedBy: cut(approvedBy) }),
    samples: samples.map(([epochMs, doneCount, failedCount]) => ({
      at: new Date(epochMs).toISOString(),
      doneCount,
      failedCount,
    })),
    totalCount: progress?.totalCount ?? null,
    tasksPerSecond: rateOf(samples),
  };
}

/** So many reasons are told of each job. */
const REASONS_LIMIT = 3;

/** Of AWS's words as much as a report has place for, whoever wrote them. */
function told(failures: readonly JobFailure[], intent: IntentFrame) {
  const some = failures
    .slice(0, REASONS_LIMIT)
    .map(({ code, reason }) => ({ code: cut(code), reason: cut(reason) }));
  return explainedFailures(some, intent);
}

/** So many are named. */
const ASIDE_LIMIT = 20;

/** What the ledger set aside, which whoever writes at the source may have made. Pure. */
export function jobsAside(aside: readonly SetAside[]): { readonly jobsAside?: JobsAside } {
  if (aside.length === 0) return {};
  const first = aside.slice(0, ASIDE_LIMIT).map(({ key, why }) => ({ key, why: cut(why) }));
  return { jobsAside: { count: aside.length, first } };
}

function rateOf(samples: readonly ProgressSample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return null;
  const seconds = (last[0] - first[0]) / 1000;
  return seconds > 0 ? (last[1] - first[1]) / seconds : null;
}
