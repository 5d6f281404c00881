import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** As Debian, other systems and Google name it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** What is said where there is none, so that nobody takes what was left out for tested. */
export const NO_CHROMIUM =
  "left out, with the cases in a browser of tests/road/service.test.ts and tests/road/report-page.test.ts: there is none on PATH, and CHROMIUM names none";

/**
 * The browser that tests drive: `CHROMIUM`, else the first on PATH; undefined where there is none. Each is asked for its version, since
 * what some systems install under the name only says where to get it.
 */
export function chromiumPath(): string | undefined {
  const named = process.env["CHROMIUM"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates =
    named === undefined || named === ""
      ? NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
      : [named];
  return candidates.find((path) => spawnSync(path, ["--version"]).status === 0);
}
