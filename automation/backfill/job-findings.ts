/** What manifest, job and report say, brought into one shape. Pure. */
import type { TaskFacts, Tasks } from "../look/look";
import { versionName, type ListedVersion } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import type { JobIntent } from "./intent";
import type { ManifestEntry } from "./job-manifest";
import type { JobCounts } from "./job-agreement";
import type { JobSnapshot } from "./job-state";
import type { CompletionReport, ReportRow } from "./report";
import { rowDifferences } from "./report-sets";

/** A version by its name alone. */
type Named = Parameters<typeof versionName>[0];

/** What was read of a job's files; what could not be read is a problem in words. */
export interface JobFiles {
  readonly manifest: Sequence<ManifestEntry> | undefined;
  readonly report: Pick<CompletionReport, "rows"> | undefined;
  readonly problems: readonly string[];
}

/** Bytes to be replicated: by the manifest's own sizes where it has them, else by our listing. */
export function plannedBytes(
  manifest: Iterable<ManifestEntry>,
  versions: Iterable<ListedVersion>,
): number {
  let bytes = 0;
  /** Of versions without a size: how many rows they have. */
  const rowsCount = new NameMap();
  for (const entry of manifest) {
    if (entry.sizeBytes !== undefined) bytes += entry.sizeBytes;
    else {
      const name = versionName(entry);
      rowsCount.set(name, (rowsCount.get(name) ?? 0) + 1);
    }
  }
  if (rowsCount.size === 0) return bytes;
  for (const version of versions) {
    bytes += (rowsCount.get(versionName(version)) ?? 0) * version.sizeBytes;
  }
  return bytes;
}

/** What the job knows of each version: that it was listed, and the error of its task. */
export function tasksOf(
  { manifest, report }: Pick<JobFiles, "manifest" | "report">,
  sourceBucket: string,
): JobTasks {
  const tasks = new JobTasks();
  for (const entry of manifest ?? []) {
    if (entry.bucket === sourceBucket) tasks.add(entry);
  }
  for (const row of report?.rows ?? []) {
    if (row.bucket !== sourceBucket) continue;
    tasks.add(row, row.succeeded ? undefined : `${row.errorCode}: ${row.message}`);
  }
  return tasks;
}

/** As many different errors are known by their words, so that alike ones are kept once. */
const KNOWN_ERRORS_LIMIT = 1_000;

/** What a job said about each version, by `versionName`. */
export class JobTasks implements Tasks {
  /** 0: no error; else one more than its place among the errors. */
  readonly #places = new NameMap();
  readonly #errors = new SpilledList<string>();
  readonly #known = new Map<string, number>();

  /** How many versions the job has. */
  get size(): number {
    return this.#places.size;
  }

  /** Notes what was said last about a version. */
  add(version: Named, error?: string): void {
    this.#places.set(versionName(version), error === undefined ? 0 : this.#placeOf(error));
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  get(name: string): TaskFacts | undefined {
    const place = this.#places.get(name);
    if (place === undefined) return undefined;
    const error = place === 0 ? undefined : this.#errors.at(place - 1);
    return error === undefined ? {} : { error };
  }

  #placeOf(error: string): number {
    const known = this.#known.get(error);
    if (known !== undefined) return known;
    this.#errors.push(error);
    const place = this.#errors.length;
    if (this.#known.size < KNOWN_ERRORS_LIMIT) this.#known.set(error, place);
    return place;
  }
}

/** The counts of manifest, job and report. @param gone of the manifest, and no more among the versions */
export function jobCounts(
  job: JobSnapshot,
  { manifest, problems, report }: JobFiles,
  versions: Iterable<ListedVersion>,
  { reportScope }: Pick<JobIntent, "reportScope">,
  sourceBucket: string,
  gone: Iterable<Named> = [],
): JobCounts {
  const reportHasAllTasks = reportScope === "AllTasks";
  return {
    jobId: job.jobId,
    manifestRows: manifest?.length ?? null,
    jobTotal: job.totalCount,
    jobSucceeded: job.succeededCount,
    jobFailed: job.failedCount,
    report: report === undefined ? null : countTasks(report.rows),
    reportHasAllTasks,
    reportRowsUnknown: report === undefined ? 0 : countUnknown(report.rows, versions, gone),
    unread: problems,
    differences: rowDifferences({
      sourceBucket,
      manifest,
      rows: report?.rows,
      reportHasAllTasks,
    }),
  };
}

/** Rows of a report by what became of their tasks. */
export function countTasks(rows: Sequence<ReportRow>): {
  readonly succeeded: number;
  readonly failed: number;
} {
  let succeeded = 0;
  for (const row of rows) if (row.succeeded) succeeded++;
  return { succeeded, failed: rows.length - succeeded };
}

/** Rows of versions that are in none of these, which have no version in common. */
function countUnknown(rows: Iterable<ReportRow>, ...known: readonly Iterable<Named>[]): number {
  const rowsCount = new NameMap();
  let unknown = 0;
  for (const row of rows) {
    const name = versionName(row);
    rowsCount.set(name, (rowsCount.get(name) ?? 0) + 1);
    unknown++;
  }
  if (unknown === 0) return 0;
  for (const versions of known) {
    for (const version of versions) unknown -= rowsCount.get(versionName(version)) ?? 0;
  }
  return unknown;
}
