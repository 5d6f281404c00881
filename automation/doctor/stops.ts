/** Which findings end a command before anything is changed, and how they are told then. */

import { LockstepError, type Problem } from "../errors";
import { HOW_NAMES_ARE_TAKEN } from "../stack/names-taken";
import type { LocatedFinding } from "./examine-place";
import type { FindingId } from "./kinds";

/**
 * Findings that end `up` and `preview`. `first`: only while nothing of the stack is deployed. Afterwards they are told and stop nothing:
 * whoever takes over the source could else keep `up` from restoring the vaults' guard. Other errors stop nothing either, since what
 * is deployed in spite of them is not lost and can be put right later.
 */
export const STOPS_UP: Partial<Readonly<Record<FindingId, "always" | "first">>> = {
  "credentials-unusable": "always",
  "credentials-of-another-account": "always",
  "region-not-enabled": "always",
  "bucket-missing": "always",
  "bucket-of-another-account": "always",
  "bucket-refuses": "always",
  "list-right": "always",
  "bucket-in-another-region": "always",
  "name-taken": "always",
  perimeter: "first",
  "key-aws-managed": "first",
  "key-unusable": "first",
  "operator-denied": "first",
};

/** Findings that end a backfill of a source before it pays for a job, which would fail or bring nothing. */
export const STOPS_BACKFILL: ReadonlySet<FindingId> = new Set<FindingId>([
  "credentials-unusable",
  "credentials-of-another-account",
  "region-not-enabled",
  "bucket-missing",
  "bucket-of-another-account",
  "bucket-refuses",
  "list-right",
  "bucket-in-another-region",
  "perimeter",
  "key-aws-managed",
  "key-unusable",
  "operations-bucket",
  "report-bucket-retention",
]);

/** What ends a command, as one of its mistakes. */
function stopProblem({ found, path }: LocatedFinding): Problem {
  // Some findings say of what in the config they are, which the problem's path says.
  const message = found.message.replace(/^(?:source|sources\[\d+\]|vaults\[\d+\])[\w.]*: /, "");
  return { path, message, fix: found.fix };
}

/** @throws LockstepError `PreflightFailed` where anything stops */
export function throwIfStopped(stops: readonly LocatedFinding[], message: string): void {
  if (stops.length === 0) return;
  const isNameTaken = stops.some(({ found }) => found.id === "name-taken");
  throw new LockstepError("PreflightFailed", message, {
    problems: stops.map(stopProblem),
    hint: isNameTaken
      ? `Nothing was made or changed. ${HOW_NAMES_ARE_TAKEN}`
      : "Nothing was made or changed.",
  });
}
