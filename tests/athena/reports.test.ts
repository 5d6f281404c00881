/**
 * The questions to completion reports on the engine that Athena is made of: the same answers as DuckDB's to the same words, and as the reader
 * of reports on this machine finds them, over the same rows. What defines their tables is parsed as Athena's.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { Analysis, type Row } from "../../automation/analysis/analysis";
import { REPORT_TABLE_COLUMNS, reportQuery } from "../../automation/analysis/athena/report-query";
import { createTable, type AthenaTable } from "../../automation/analysis/athena/table";
import { quoted } from "../../automation/analysis/literal";
import type { ReportQuestion } from "../../automation/analysis/question-text";
import { REPORT_COLUMNS, reportedSelect, URL_ENCODED } from "../../automation/analysis/reported";
import { parseReportRows } from "../../automation/backfill/report";
import { canBeHad, startBuilds } from "../../sandbox/tests/clients/builds";
import { ATHENA_BUILDS, SQLGLOT, TRINO } from "./builds";
import { parseAsAthena } from "./sqlglot";
import { Trino } from "./trino";

const LIMITED_BY_OTHERS = 0;
const BUCKET = "reported-source";
const OTHER_BUCKET = "o'ther";

/** Keys that a reader of CSV, of URLs or of SQL may get wrong. */
const ODD_KEYS = [
  `a,b "c"`,
  "line\nfeed\r\n",
  "100%25 +plus&%",
  "ünïcode/🎉",
  "back\\slash\\",
  "'; DROP TABLE reported; --",
  `"" OR ''='`,
  " blanks ",
  "?:*$1{}",
  "x".repeat(1024),
];

/** The ways in which S3 writes a key: whoever reads one may not know which. */
const ENCODINGS = [
  encodeURIComponent,
  (key: string) => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/"),
];

const outcome = fc.constantFrom(
  ["succeeded", "200", "", "Successful"],
  ["succeeded", "", "200", "Successful"],
  ["failed", "403", "AccessDenied", `Access Denied, by "policy"`],
  ["failed", "AccessDenied", "403", ""],
  ["failed", "", "", "it's odd \\ é"],
  ["failed", "404", "NoSuchKey", "x".repeat(5_000)],
);

const task = fc.record({
  bucket: fc.oneof({ weight: 9, arbitrary: fc.constant(BUCKET) }, fc.constant(OTHER_BUCKET)),
  key: fc.constantFrom(...ODD_KEYS, "plain", "plain/2"),
  encoded: fc.constantFrom(...ENCODINGS),
  versionId: fc.constantFrom("v1", "v2", ""),
  outcome,
});

/** The fields of the rows of so many jobs. */
function reports(jobsCount: number, seed: number): readonly (readonly string[][])[] {
  return Array.from({ length: jobsCount }, (_, index) =>
    fc
      .sample(task, { numRuns: 150, seed: seed + index })
      .map((one) => [one.bucket, one.encoded(one.key), one.versionId, ...one.outcome]),
  );
}

/** Rows that are no tasks. */
const BROKEN: readonly string[][] = [
  [BUCKET, "100%", "v1", "failed", "403", "AccessDenied", "m"],
  [BUCKET, "plain", "v1", "skipped", "200", "", "m"],
  [BUCKET, "plain", "v1", "succeeded", "200", ""],
  [BUCKET, "plain", "v1", "succeeded", "200", "", "m", ""],
  ["the rest of a message"],
];

const csv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")}\n`).join("");

const sorted = (rows: readonly object[]): readonly string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();

describe("questions to completion reports, of DuckDB and Athena", function () {
  this.timeout(LIMITED_BY_OTHERS);
  const isHere = ATHENA_BUILDS.every((build) => canBeHad(build, "the questions of Athena's"));
  let folder: string;
  let sqlglot: string;
  let trino: Trino | undefined;
  let duckdb: Analysis;
  let filesCount = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-athena-"));
    duckdb = await Analysis.open(folder, new AbortController().signal);
    if (!isHere) return;
    const builds = startBuilds(ATHENA_BUILDS, {
      tell: (text) => process.stderr.write(`${text}\n`),
    });
    trino = new Trino((await builds.get(TRINO)) ?? "");
    sqlglot = (await builds.get(SQLGLOT)) ?? "";
  });
  after(async () => {
    duckdb?.close();
    await trino?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const running = (): Trino => trino ?? expect.fail("Trino is not there");

  async function tellDuckDb(jobs: readonly (readonly string[][])[]): Promise<void> {
    const columns = REPORT_COLUMNS.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ");
    const from = [];
    for (const rows of jobs) {
      const path = join(folder, `report-${filesCount++}.csv`);
      await writeFile(path, csv(rows));
      from.push(
        `read_csv(${quoted(path)}, columns = {${columns}}, auto_detect = false, header = false, delim = ',', ` +
          `quote = '"', escape = '"', allow_quoted_nulls = false, null_padding = true, parallel = false)`,
      );
    }
    const decoded = (column: string): string =>
      `CASE WHEN regexp_matches(${column}, ${quoted(URL_ENCODED)}) THEN url_decode(replace(${column}, '+', ' ')) END`;
    await duckdb.define("reported", reportedSelect({ decoded, from }));
  }

  async function askDuckDb(question: ReportQuestion, key = ""): Promise<readonly Row[]> {
    await duckdb.define("settings", `SELECT ${quoted(BUCKET)} AS bucket, ${quoted(key)} AS key`);
    const rows: Row[] = [];
    for await (const row of duckdb.ask(question)) rows.push(row);
    return rows;
  }

  async function tellTrino(name: string, jobs: readonly (readonly string[][])[]) {
    const tables = jobs.map((_, index) => ({ database: "default", name: `${name}_${index}` }));
    for (const [index, rows] of jobs.entries()) {
      const cells = rows.map((row) => REPORT_COLUMNS.map((_, column) => row[column]));
      await running().fill(tables[index]?.name ?? "", REPORT_TABLE_COLUMNS, cells);
    }
    return tables;
  }

  const askTrino = (
    question: ReportQuestion,
    tables: readonly Pick<AthenaTable, "database" | "name">[],
    key = "",
  ) => running().ask(reportQuery(question, tables, { bucket: BUCKET, key }));

  describe("over the reports of three jobs with odd keys", () => {
    const jobs = reports(3, 7);
    before(() => tellDuckDb(jobs));

    it("are answered by DuckDB as the reader on this machine reads them", async () => {
      const read = jobs.map((rows) => parseReportRows(csv(rows)));
      for (const key of [...ODD_KEYS, "plain", "nowhere"]) {
        const told = await askDuckDb("reported", key);
        for (const [place, rows] of read.entries()) {
          const ofJob = told.filter((row) => row["place"] === place);
          expect(sorted(parseReportRows(csv(ofJob.map(fieldsOf)))), key).to.deep.equal(
            sorted(rows.filter((row) => row.bucket === BUCKET && row.key === key)),
          );
        }
        expect(told.length > 0).to.equal(key !== "nowhere");
      }
      const counts = await askDuckDb("report_counts");
      expect(counts.every((row) => row["is_task"])).to.equal(true);
      for (const [place, rows] of read.entries()) {
        const succeeded = counts.filter(
          (row) => row["place"] === place && row["task_status"] === "succeeded",
        );
        expect(sumOf(succeeded)).to.equal(rows.filter((row) => row.succeeded).length);
        expect(sumOf(counts.filter((row) => row["place"] === place))).to.equal(rows.length);
      }
    });

    if (!isHere) return;
    it("are answered by Trino as by DuckDB", async () => {
      const tables = await tellTrino("odd", jobs);
      expect(await askTrino("report_counts", tables)).to.deep.equal(
        await askDuckDb("report_counts"),
      );
      for (const key of [...ODD_KEYS, "plain", "nowhere"]) {
        const [theirs, ours] = [
          await askTrino("reported", tables, key),
          await askDuckDb("reported", key),
        ];
        expect(sorted(theirs), key).to.deep.equal(sorted(ours));
        expect(theirs.map(({ place }) => place)).to.deep.equal(ours.map(({ place }) => place));
      }
    });
  });

  describe("over reports with rows that are no tasks", () => {
    const jobs = [reports(1, 3)[0] ?? [], BROKEN, [...(reports(1, 4)[0] ?? []), ...BROKEN]];
    before(() => tellDuckDb(jobs));

    it("count those, and tell them as no task of any key", async () => {
      const counts = await askDuckDb("report_counts");
      const none = counts.filter((row) => row["is_task"] === false);
      expect(none.map((row) => [row["place"], row["tasks_count"]])).to.deep.equal([
        [1, BROKEN.length],
        [2, BROKEN.length],
      ]);
      const told = await askDuckDb("reported", "plain");
      expect(told.filter((row) => row["place"] === 1)).to.deep.equal([]);
    });

    if (!isHere) return;
    it("are answered by Trino as by DuckDB", async () => {
      const tables = await tellTrino("broken", jobs);
      expect(await askTrino("report_counts", tables)).to.deep.equal(
        await askDuckDb("report_counts"),
      );
      expect(sorted(await askTrino("reported", tables, "plain"))).to.deep.equal(
        sorted(await askDuckDb("reported", "plain")),
      );
    });
  });

  if (!isHere) return;

  it("are parsed as Athena's, with the tables that they read, and so are those of their tables", () => {
    const tables = [0, 1].map((index) => ({ database: "a_database", name: `l_job_${index}` }));
    const table: AthenaTable = {
      ...{ database: "a_database", name: "l_job_0", columns: REPORT_TABLE_COLUMNS },
      ...{ format: "CSV", location: "s3://a-bucket/l/job_0/", isLinked: true },
    };
    const ask = { bucket: BUCKET, key: "'; DROP TABLE reported; --" };
    const [reported, counts, definition] = parseAsAthena(sqlglot, [
      reportQuery("reported", tables, ask),
      reportQuery("report_counts", tables, ask),
      createTable(table),
    ]);
    const read = { kind: "Select", tables: ["a_database.l_job_0", "a_database.l_job_1"] };
    expect(reported).to.deep.equal(read);
    expect(counts).to.deep.equal(read);
    expect(definition).to.deep.include({
      kind: "Create TABLE",
      isExternal: true,
      table: "a_database.l_job_0",
      columns: REPORT_TABLE_COLUMNS,
      serde: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
      location: "s3://a-bucket/l/job_0/",
    });
  });
});

/** A row as it was in its report. */
function fieldsOf(row: Row): readonly string[] {
  return REPORT_COLUMNS.slice(0, 7).map((name) => String(row[name]));
}

function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + Number(row["tasks_count"]), 0);
}
