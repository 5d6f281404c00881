/** What manifest, job and report say, brought into one shape. Pure. */
import type { TaskFacts } from "../look/look";
import { versionName, type ListedVersion } from "../proof/source-versions";
import type { ManifestEntry } from "./job-manifest";
import type { JobIntent } from "./intent";
import type { JobCounts } from "./job-agreement";
import type { JobSnapshot } from "./job-state";
import type { CompletionReport } from "./report";
import { rowDifferences } from "./report-sets";

/** What was read of a job's files; what could not be read is a problem in words. */
export interface JobFiles {
  readonly manifest: readonly ManifestEntry[] | undefined;
  readonly report: Pick<CompletionReport, "rows"> | undefined;
  readonly problems: readonly string[];
}

/** Bytes to be replicated: by the manifest's own sizes where it has them, else by our listing. */
export function plannedBytes(
  manifest: readonly ManifestEntry[],
  versions: readonly ListedVersion[],
): number {
  const listed = new Map(versions.map((version) => [versionName(version), version.sizeBytes]));
  let bytes = 0;
  for (const entry of manifest) {
    bytes += entry.sizeBytes ?? listed.get(versionName(entry)) ?? 0;
  }
  return bytes;
}

/** What the job knows of each version: that it was listed, and the error of its task. */
export function tasksOf(
  { manifest, report }: Pick<JobFiles, "manifest" | "report">,
  sourceBucket: string,
): ReadonlyMap<string, TaskFacts> {
  const tasks = new Map<string, TaskFacts>();
  for (const entry of manifest ?? []) {
    if (entry.bucket === sourceBucket) tasks.set(versionName(entry), {});
  }
  for (const row of report?.rows ?? []) {
    if (row.bucket !== sourceBucket) continue;
    const error = row.succeeded ? undefined : `${row.errorCode}: ${row.message}`;
    tasks.set(versionName(row), error === undefined ? {} : { error });
  }
  return tasks;
}

/** The counts of manifest, job and report. */
export function jobCounts(
  job: JobSnapshot,
  { manifest, problems, report }: JobFiles,
  versions: readonly ListedVersion[],
  { reportScope }: Pick<JobIntent, "reportScope">,
  sourceBucket: string,
): JobCounts {
  const known = new Set(versions.map(versionName));
  const rows = report?.rows ?? [];
  const succeeded = rows.filter((row) => row.succeeded).length;
  const reportHasAllTasks = reportScope === "AllTasks";
  return {
    jobId: job.jobId,
    manifestRows: manifest?.length ?? null,
    jobTotal: job.totalCount,
    jobSucceeded: job.succeededCount,
    jobFailed: job.failedCount,
    report: report === undefined ? null : { succeeded, failed: rows.length - succeeded },
    reportHasAllTasks,
    reportRowsUnknown: rows.filter((row) => !known.has(versionName(row))).length,
    differences: [
      ...problems,
      ...rowDifferences({ sourceBucket, manifest, rows: report?.rows, reportHasAllTasks }),
    ],
  };
}
