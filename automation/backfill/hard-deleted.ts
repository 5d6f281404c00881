/**
 * Versions that were deleted at a vault by their version id. S3 does not send such a version again, job or no job; only a
 * report of a job says so, so reports of earlier jobs are read before another one is paid for.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
 */
import type { Outcome } from "../judge/outcome";
import type { Look } from "../look/look";
import { versionName } from "../proof/source-versions";
import { mapped } from "../spill/sequence";
import type { ReportRow } from "./report";

const HARD_DELETED = "DstObjectHardDeleted";

/** What an earlier job was told. */
export interface EarlierReport {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  readonly rows: Iterable<ReportRow>;
  /** Names of the vaults' buckets that it was for. */
  readonly vaultBuckets: readonly string[];
}

/** By `versionName`: the buckets at which a version was found to be deleted for good. */
export function hardDeletedVersions(
  reports: readonly EarlierReport[],
  sourceBucket: string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const buckets = new Map<string, Set<string>>();
  for (const { rows, vaultBuckets } of reports) {
    for (const row of rows) {
      if (row.errorCode !== HARD_DELETED || row.bucket !== sourceBucket) continue;
      const name = versionName(row);
      const known = buckets.get(name) ?? new Set<string>();
      for (const bucket of vaultBuckets) known.add(bucket);
      buckets.set(name, known);
    }
  }
  return buckets;
}

/**
 * The look with what no job can bring told apart from what one can. It stays in the way of a clean verdict: whoever writes
 * a false report at the source hides nothing with it.
 */
export function withHardDeleted(
  look: Look,
  deleted: ReadonlyMap<string, ReadonlySet<string>>,
): Look {
  if (deleted.size === 0) return look;
  const bucketOf = (vault: string | undefined): string =>
    look.promise.vaults.get(vault ?? "")?.bucketName ?? "";
  const told = (outcome: Outcome): Outcome =>
    outcome.kind === "failed" &&
    outcome.code === "missing" &&
    deleted.get(versionName(outcome))?.has(bucketOf(outcome.vault)) === true
      ? {
          ...outcome,
          kind: "unprotected",
          code: "deleted-at-vault",
          cause: `deleted at the vault by its version id, as an earlier job was told; no job brings it again: copy it in place`,
        }
      : outcome;
  return {
    ...look,
    versions: mapped(look.versions, (one) => ({ ...one, outcomes: one.outcomes.map(told) })),
  };
}
