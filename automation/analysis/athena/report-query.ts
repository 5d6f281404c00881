/** A question to completion reports as Athena is asked it: the same words as any engine, behind the tables that they name. Pure. */

import { quoted } from "../literal";
import { questionText, type ReportQuestion } from "../question-text";
import { REPORT_COLUMNS, reportedSelect, URL_ENCODED } from "../reported";
import { tableName, type AthenaColumn, type AthenaTable } from "./table";

/** Of a table over the parts of a report. All are texts: OpenCSVSerde takes an empty field for no number. */
export const REPORT_TABLE_COLUMNS: readonly AthenaColumn[] = REPORT_COLUMNS.map((name) => ({
  name,
  type: "string",
}));

/** What is asked for. */
export interface ReportSettings {
  /** Of the source. */
  readonly bucket: string;
  /** As it is. */
  readonly key: string;
}

/**
 * The query.
 * @param tables one for each job, in the order in which they are asked for
 */
export function reportQuery(
  question: ReportQuestion,
  tables: readonly Pick<AthenaTable, "database" | "name">[],
  { bucket, key }: ReportSettings,
): string {
  const reported = reportedSelect({
    decoded: (column) =>
      `CASE WHEN regexp_like(${column}, ${quoted(URL_ENCODED)}) THEN url_decode(${column}) END`,
    from: tables.map((table) => tableName(table)),
  });
  const settings = `SELECT ${quoted(bucket)} AS bucket, ${quoted(key)} AS key`;
  const relations = question === "reported" ? { settings, reported } : { reported };
  const named = Object.entries(relations).map(([name, select]) => `${name} AS (\n${select}\n)`);
  return `WITH\n${named.join(",\n")}\n${questionText(question)}`;
}
