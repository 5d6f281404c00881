/** Statements as a parser of Athena's language understands them. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What one of them says. */
export interface Parsed {
  readonly kind?: string;
  readonly error?: string;
  readonly [member: string]: unknown;
}

/** @param folder of the build */
export function parseAsAthena(folder: string, statements: readonly string[]): readonly Parsed[] {
  const { error, status, stderr, stdout } = spawnSync(
    join(folder, "bin", "python"),
    [join(__dirname, "sqlglot", "parse.py")],
    { encoding: "utf8", input: JSON.stringify(statements), maxBuffer: 64 * 1024 * 1024 },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Parsed[];
}
