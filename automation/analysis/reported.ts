/**
 * The tasks of completion reports as a question sees them, whichever engine reads them: one SELECT over the reports of several jobs. Pure.
 *
 * Every column is a text. Which of the fifth and the sixth is the HTTP status is told by their content, not here: see `taskCodes`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */

/**
 * The columns of a row, as `ReportSchema` of a report's manifest names them, and one more, which a row of a task does not have.
 */
export const REPORT_COLUMNS = [
  "bucket",
  "key",
  "version_id",
  "task_status",
  "error_code",
  "http_status_code",
  "result_message",
  "beyond",
] as const;

/** Of what is not, decoding would end a query, and so the answer of every other job. For the regular expressions of both engines. */
export const URL_ENCODED = "^([^%]|%[0-9A-Fa-f]{2})*$";

/** What an engine has a way of its own of. */
export interface ReportedDialect {
  /** A URL-encoded text as it was; null for one that is not. */
  readonly decoded: (column: string) => string;
  /** What is read of each job, in the order in which they are asked for. */
  readonly from: readonly string[];
}

/** The SELECT. @throws Error for no job at all */
export function reportedSelect({ decoded, from }: ReportedDialect): string {
  if (from.length === 0) throw new Error("no report to ask of");
  const rows = from.map((files, place) => `SELECT ${place} AS place, * FROM ${files}`);
  return [
    "SELECT",
    [
      "*",
      // The last of a task's seven columns is there, and none behind it.
      "coalesce(task_status IN ('succeeded', 'failed') AND decoded_key IS NOT NULL\n" +
        "    AND result_message IS NOT NULL AND beyond IS NULL, false) AS is_task",
    ].join(",\n  "),
    `FROM (\n  SELECT *, ${decoded("key")} AS decoded_key\n  FROM (`,
    rows.map((row) => `    ${row}`).join("\n    UNION ALL\n"),
    "  ) AS files\n) AS told",
  ].join("\n");
}
