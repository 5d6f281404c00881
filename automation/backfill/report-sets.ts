/**
 * Manifest and report held against each other as sets: that two counts are equal says nothing when a row is there twice and
 * another one not at all. Pure.
 */
import { versionName } from "../proof/source-versions";
import type { ManifestEntry } from "./job-manifest";
import type { ReportRow } from "./report";

/** At most this many rows of each kind are named one by one. */
const NAMED_ROWS_LIMIT = 5;

export interface SetFacts {
  readonly sourceBucket: string;
  /** Undefined when there is none to read. */
  readonly manifest: readonly ManifestEntry[] | undefined;
  /** Undefined when there is none to read. */
  readonly rows: readonly ReportRow[] | undefined;
  /** With `FailedTasksOnly` the succeeded rows are not there. */
  readonly reportHasAllTasks: boolean;
}

/** What is wrong with the rows, in words; empty when manifest and report are of the same versions. */
export function rowDifferences(facts: SetFacts): readonly string[] {
  const { manifest, rows = [], sourceBucket } = facts;
  const differences = [
    named(
      "rows of the manifest are of another bucket",
      manifest?.filter(isElsewhere(sourceBucket)),
    ),
    named("rows of the manifest are there twice", repeated(manifest ?? [])),
    named("rows of the report are of another bucket", rows.filter(isElsewhere(sourceBucket))),
    named("rows of the report are there twice", repeated(rows)),
    named("rows of the report say succeeded with an error", rows.filter(contradictsItself)),
  ];
  if (manifest !== undefined) {
    const listed = new Set(manifest.map(versionName));
    differences.push(
      named(
        "rows of the report are not in the manifest",
        rows.filter((row) => row.bucket === sourceBucket && !listed.has(versionName(row))),
      ),
    );
    if (facts.reportHasAllTasks && facts.rows !== undefined) {
      const reported = new Set(
        rows.filter(({ bucket }) => bucket === sourceBucket).map(versionName),
      );
      differences.push(
        named(
          "rows of the manifest are not in the report",
          manifest.filter((entry) => !reported.has(versionName(entry))),
        ),
      );
    }
  }
  return differences.filter((text) => text !== undefined);
}

type Row = { readonly bucket: string; readonly key: string; readonly versionId: string };

function isElsewhere(sourceBucket: string): (row: Row) => boolean {
  return ({ bucket }) => bucket !== sourceBucket;
}

function repeated(rows: readonly Row[]): readonly Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const name = `${versionName(row)}\0${row.bucket}`;
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}

/** AWS writes `200` and no error code for a task that succeeded. */
function contradictsItself(row: ReportRow): boolean {
  if (!row.succeeded) return false;
  const isGood = row.httpStatus === undefined || (row.httpStatus >= 200 && row.httpStatus <= 299);
  return !isGood || row.errorCode !== "";
}

/** As in `2 rows of the report are there twice: a v1, b v2`. */
function named(what: string, rows: readonly Row[] = []): string | undefined {
  if (rows.length === 0) return undefined;
  const names = rows
    .slice(0, NAMED_ROWS_LIMIT)
    .map(({ bucket, key, versionId }) => `${bucket}/${key} ${versionId}`);
  const more = rows.length > NAMED_ROWS_LIMIT ? ", ..." : "";
  return `${rows.length.toLocaleString("en-US")} ${what}: ${names.join(", ")}${more}`;
}
