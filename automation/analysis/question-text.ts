/** The SQL files: questions, which every engine is asked in the same words, and what each engine makes their tables of. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A question to inventories: one of the files in `questions/`. */
export type Question = "candidates" | "count" | "doubled" | "gone" | "refused" | "seen";

/** A question to completion reports. */
export type ReportQuestion = "report_counts" | "reported";

/** What only DuckDB makes of its tables: one of the files in its folder there. */
export type Relation =
  | "doubtful"
  | "found"
  | "hashes"
  | "listed_marks"
  | "lock_months"
  | "marks"
  | "named"
  | "settings"
  | "told"
  | "unlisted"
  | "wanted";

/** Who is asked. */
export type AnalysisEngine = "athena" | "duckdb";

/** The SQL of a question. */
export function questionText(question: Question | ReportQuestion): string {
  return textOf(question);
}

/** The SQL of a relation. */
export function relationText(relation: Relation): string {
  return textOf(join("duckdb", relation));
}

/** The SQL of an inventory's rows. @param delivered SELECT of what its files tell; without it what is called `delivered` */
export function rowsText(engine: AnalysisEngine, delivered?: string): string {
  const files = delivered === undefined ? "" : `delivered AS (\n${delivered}\n),\n`;
  return `WITH ${files}named AS (\n${textOf(join(engine, "named"))})\n${textOf("rows")}`;
}

function textOf(name: string): string {
  return readFileSync(join(__dirname, "questions", `${name}.sql`), "utf8");
}
