/** Which findings end a command before anything is changed, and how they are told then. */

import { LockstepError, type Problem } from "../errors";
import { HOW_NAMES_ARE_TAKEN } from "../stack/names-taken";
import type { LocatedFinding } from "./examine-place";
import type { FindingId } from "./kinds";

/** An account or its bucket that is not reached as the config says: nothing can be done there, nor looked at. */
export const NOT_REACHED: readonly FindingId[] = [
  "credentials-unusable",
  "credentials-of-another-account",
  "region-not-enabled",
  "bucket-missing",
  "bucket-of-another-account",
  "bucket-refuses",
  "bucket-in-another-region",
];

/** What keeps every command that changes something from the accounts, whichever source it is about. */
export const STOPS_EVERYTHING: ReadonlySet<FindingId> = new Set([...NOT_REACHED, "list-right"]);

/**
 * Findings that end `up` and `preview` besides, the second list only while nothing of the stack is deployed. Afterwards they are told and
 * stop nothing: whoever takes over the source could else keep `up` from restoring the vaults' guard. Other errors stop nothing either,
 * since what is deployed in spite of them is not lost and can be put right later.
 */
const STOPS_UP: ReadonlySet<FindingId> = new Set([...STOPS_EVERYTHING, "name-taken"]);
const STOPS_FIRST_UP: ReadonlySet<FindingId> = new Set([
  ...STOPS_UP,
  "perimeter",
  "key-aws-managed",
  "key-unusable",
  "operator-denied",
]);

/** @param isFirst nothing of the stack is deployed yet */
export function stopsUp(isFirst: boolean): ReadonlySet<FindingId> {
  return isFirst ? STOPS_FIRST_UP : STOPS_UP;
}

/** Findings that end a backfill of a source before it pays for a job, which would fail or bring nothing. */
export const STOPS_BACKFILL: ReadonlySet<FindingId> = new Set([
  ...STOPS_EVERYTHING,
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
