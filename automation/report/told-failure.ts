/** What jobs' reports say of a version at a vault, as far as it still explains what is missing there. Pure. */

import { isMissing, type Outcome } from "../judge/outcome";
import type { FailureCodes, JudgedVersion, Look } from "../look/look";
import { versionName } from "../proof/source-versions";
import { HARD_DELETED, LEAVES_STATUS } from "./failure-codes";

/** Why a version is not at a vault, as a job's report told it. */
export interface ToldFailure {
  /** S3's. */
  readonly code: string;
  /** Names of the vaults that lack the version, of which the report does not tell which one refused it. Absent: it can only be this one. */
  readonly atOneOf?: readonly string[];
}

/** S3's words; of one AWS's own pages have both spellings. */
const REPLICATED: ReadonlySet<string> = new Set(["COMPLETED", "COMPLETE"]);

/** Whether the source calls a version replicated, everywhere that its rules say. */
export function isReplicated(sourceStatus: string | undefined): boolean {
  return sourceStatus !== undefined && REPLICATED.has(sourceStatus);
}

/**
 * Undefined where no report speaks of it, and where it is outdated: the version has come since, and what is missing today is another
 * matter.
 * @param outcome one of the version's
 * @param codes undefined: nobody read them
 */
export function toldFailure(
  { outcomes, sourceStatus, version }: Pick<JudgedVersion, "outcomes" | "sourceStatus" | "version">,
  outcome: Outcome,
  codes: FailureCodes | undefined,
  { vaults }: Pick<Look["promise"], "vaults">,
): ToldFailure | undefined {
  if (codes === undefined) return undefined;
  // Nothing but that code makes a report's reader say so.
  if (outcome.code === "deleted-at-vault") return { code: HARD_DELETED };
  if (!isMissing(outcome)) return undefined;
  const name = versionName(version);
  const bucketOf = (vault = ""): string => vaults.get(vault)?.bucketName ?? "";
  const bucket = bucketOf(outcome.vault);
  const code = codes.get(name, bucket);
  if (code === undefined || (isReplicated(sourceStatus) && !LEAVES_STATUS.has(code))) {
    return undefined;
  }
  // A row of a report has one code for all destinations of its version; what each of them has arrived.
  const ofJob = code.startsWith("Dst") ? codes.bucketsOf?.(name, bucket) : undefined;
  const atOneOf = outcomes.flatMap((one) =>
    isMissing(one) && one.vault !== undefined && ofJob?.includes(bucketOf(one.vault)) === true
      ? [one.vault]
      : [],
  );
  return { code, ...(atOneOf.length > 1 ? { atOneOf } : {}) };
}
