import type { Report } from "./fields";

/** A report as JSON, as `docs/report.md` describes it. Keys and causes are exactly as they are. Pure. */
export function reportJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
