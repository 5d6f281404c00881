/** Numbers and times as people read them. Pure. */

import { duration } from "../../words";

export { bytes, count, counted, duration, formatUsd } from "../../words";

/** `less than a second`, `about 12 s`: an estimate, so never finer than a second. */
export function timeLeft(ms: number): string {
  return ms < 1000 ? "less than a second" : `about ${duration(ms)}`;
}

/** Rows of a name, a value and a remark; values are brought in line at their right. Indented by four. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number): number =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [names, values] = [width(0), width(1)];
  return rows.map(
    ([name = "", value = "", remark = ""]) =>
      `    ${name.padEnd(names)}  ${value.padStart(values)}${remark === "" ? "" : `  (${remark})`}`,
  );
}

/** The console's words for the statuses of a job. */
export function jobStatusWords(status: string): string {
  return status === "Suspended" ? "Suspended: awaiting your confirmation to run" : status;
}
