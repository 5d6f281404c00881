/** What manifest, job and report say, brought into one shape. Pure. */
import type { TaskFacts } from "../look/look-at-promise";
import { versionName, type ListedVersion } from "../source-versions";
import type { ManifestEntry } from "./generated-manifest";
import type { JobIntent } from "./intent";
import type { JobCounts } from "./job-agreement";
import type { JobSnapshot } from "./job-state";
import type { Report } from "./report";
import { rowDifferences } from "./report-sets";

/** Bytes to be replicated: by the manifest's own sizes where it has them, else by our listing. */
export function plannedBytes(
  manifest: readonly ManifestEntry[] | undefined,
  versions: readonly ListedVersion[],
): number {
  const listed = new Map(versions.map((version) => [versionName(version), version.sizeBytes]));
  let bytes = 0;
  for (const entry of manifest ?? []) {
    bytes += entry.sizeBytes ?? listed.get(versionName(entry)) ?? 0;
  }
  return bytes;
}

/** What the job knows of each version: that it was listed, and the error of its task. */
export function tasksOf(
  manifest: readonly ManifestEntry[] | undefined,
  report: Pick<Report, "rows">,
  sourceBucket: string,
): ReadonlyMap<string, TaskFacts> {
  const tasks = new Map<string, TaskFacts>();
  for (const entry of manifest ?? []) tasks.set(versionName(entry), {});
  for (const row of report.rows) {
    if (row.bucket !== sourceBucket) continue;
    const error = row.succeeded ? undefined : `${row.errorCode}: ${row.message}`;
    tasks.set(versionName(row), error === undefined ? {} : { error });
  }
  return tasks;
}

/** The counts of manifest, job and report. */
export function jobCounts(
  job: JobSnapshot,
  manifest: readonly ManifestEntry[] | undefined,
  report: Pick<Report, "rows">,
  versions: readonly ListedVersion[],
  intent: Pick<JobIntent, "reportScope">,
  sourceBucket: string,
): JobCounts {
  const reportHasAllTasks = intent.reportScope === "AllTasks";
  const known = new Set(versions.map(versionName));
  const reportSucceeded = report.rows.filter((row) => row.succeeded).length;
  return {
    jobId: job.jobId,
    manifestRows: manifest?.length ?? null,
    jobTotal: job.totalCount,
    jobSucceeded: job.succeededCount,
    jobFailed: job.failedCount,
    reportSucceeded,
    reportFailed: report.rows.length - reportSucceeded,
    reportHasAllTasks,
    reportRowsUnknown: report.rows.filter((row) => !known.has(versionName(row))).length,
    rowDifferences: rowDifferences({
      sourceBucket,
      manifest,
      rows: report.rows,
      reportHasAllTasks,
    }),
  };
}
