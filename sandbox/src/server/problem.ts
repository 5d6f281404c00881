import type { z } from "zod";

/** A mistake in a description that was given to the sandbox: where, and what was expected. */
export interface Problem {
  /** `faults[0].operation` */
  readonly path: string;
  /** What was expected, in words. */
  readonly message: string;
}

/** What a schema found wrong, under the path of the value that it looked at. */
export function problemsOf(issue: z.core.$ZodIssue, prefix: string): Problem[] {
  let path = prefix;
  for (const part of issue.path) {
    if (typeof part === "number") path += `[${part}]`;
    else path += path === "" ? String(part) : `.${String(part)}`;
  }
  if (issue.code !== "unrecognized_keys") {
    return [{ path: path === "" ? "(whole)" : path, message: issue.message }];
  }
  return issue.keys.map((key) => ({
    path: path === "" ? key : `${path}.${key}`,
    message: "is not known",
  }));
}

/** `problems`, a line each. */
export function problemLines(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `  ${path}: ${message}`).join("\n");
}
