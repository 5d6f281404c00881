/**
 * Manifest and report held against each other as sets: that two counts are equal says nothing when a row is there twice and
 * another one not at all. Pure.
 */
import { versionName } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import type { ManifestEntry } from "./job-manifest";
import type { ReportRow } from "./report";

/** At most this many rows of each kind are named one by one. */
const NAMED_ROWS_LIMIT = 5;

export interface SetFacts {
  readonly sourceBucket: string;
  /** Undefined when there is none to read. */
  readonly manifest: Iterable<ManifestEntry> | undefined;
  /** Undefined when there is none to read. */
  readonly rows: Iterable<ReportRow> | undefined;
  /** With `FailedTasksOnly` the succeeded rows are not there. */
  readonly reportHasAllTasks: boolean;
}

/** What is wrong with the rows, in words; empty when manifest and report are of the same versions. */
export function rowDifferences(facts: SetFacts): readonly string[] {
  const { manifest, rows, sourceBucket } = facts;
  const marks = new Marks();
  const ofManifest = {
    elsewhere: new Few("rows of the manifest are of another bucket"),
    twice: new Few("rows of the manifest are there twice"),
    unreported: new Few("rows of the manifest are not in the report"),
  };
  const ofReport = {
    elsewhere: new Few("rows of the report are of another bucket"),
    twice: new Few("rows of the report are there twice"),
    contradicting: new Few("rows of the report say succeeded with an error"),
    unlisted: new Few("rows of the report are not in the manifest"),
  };
  for (const entry of manifest ?? []) {
    if (entry.bucket !== sourceBucket) ofManifest.elsewhere.add(entry);
    if (marks.add(withBucket(entry), ROW_OF_MANIFEST)) ofManifest.twice.add(entry);
    marks.add(versionName(entry), LISTED);
  }
  for (const row of rows ?? []) {
    const name = versionName(row);
    const isElsewhere = row.bucket !== sourceBucket;
    if (isElsewhere) ofReport.elsewhere.add(row);
    if (marks.add(withBucket(row), ROW_OF_REPORT)) ofReport.twice.add(row);
    if (contradictsItself(row)) ofReport.contradicting.add(row);
    if (isElsewhere) continue;
    if (manifest !== undefined && !marks.has(name, LISTED)) ofReport.unlisted.add(row);
    marks.add(name, REPORTED);
  }
  if (facts.reportHasAllTasks && rows !== undefined) {
    for (const entry of manifest ?? []) {
      if (!marks.has(versionName(entry), REPORTED)) ofManifest.unreported.add(entry);
    }
  }
  return [
    ofManifest.elsewhere,
    ofManifest.twice,
    ofReport.elsewhere,
    ofReport.twice,
    ofReport.contradicting,
    ofReport.unlisted,
    ofManifest.unreported,
  ].flatMap((few) => few.text ?? []);

  /** Rows of the source's bucket and their versions are one name: nothing else has that version. */
  function withBucket(row: Row): string {
    const name = versionName(row);
    return row.bucket === sourceBucket ? name : `\0${row.bucket}\0${name}`;
  }
}

type Row = { readonly bucket: string; readonly key: string; readonly versionId: string };

const ROW_OF_MANIFEST = 1;
const ROW_OF_REPORT = 2;
const LISTED = 4;
const REPORTED = 8;

/** What was seen of many names. */
class Marks {
  readonly #names = new NameMap();

  /** @returns whether it was marked so already */
  add(name: string, mark: number): boolean {
    const before = this.#names.get(name) ?? 0;
    if ((before & mark) !== 0) return true;
    this.#names.set(name, before | mark);
    return false;
  }

  has(name: string, mark: number): boolean {
    return ((this.#names.get(name) ?? 0) & mark) !== 0;
  }
}

/** AWS writes `200` and no error code for a task that succeeded. */
function contradictsItself(row: ReportRow): boolean {
  if (!row.succeeded) return false;
  const isGood = row.httpStatus === undefined || (row.httpStatus >= 200 && row.httpStatus <= 299);
  return !isGood || row.errorCode !== "";
}

/** Rows that are counted, and of which the first are named. */
class Few {
  #count = 0;
  readonly #named: string[] = [];

  constructor(private readonly what: string) {}

  add({ bucket, key, versionId }: Row): void {
    if (this.#count++ < NAMED_ROWS_LIMIT) this.#named.push(`${bucket}/${key} ${versionId}`);
  }

  /** As in `2 rows of the report are there twice: a v1, b v2`; undefined where there are none. */
  get text(): string | undefined {
    if (this.#count === 0) return undefined;
    const more = this.#count > NAMED_ROWS_LIMIT ? ", ..." : "";
    return `${this.#count.toLocaleString("en-US")} ${this.what}: ${this.#named.join(", ")}${more}`;
  }
}
