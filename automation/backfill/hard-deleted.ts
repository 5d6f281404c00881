/**
 * Versions that were deleted at a vault by their version id. S3 does not send such a version again, job or no job; only a
 * report of a job says so, so reports of earlier jobs are read before another one is paid for.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
 */
import { isMissing, type Outcome } from "../judge/outcome";
import type { Look } from "../look/look";
import { versionName } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
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
  /** Of them, those at which nothing was missing after a later job. Absent: none. */
  readonly cleanSince?: ReadonlySet<string>;
}

/** By `versionName`: the buckets at which a version was found to be deleted for good. */
export type HardDeleted = Pick<ReadonlyMap<string, ReadonlySet<string>>, "get" | "size">;

/** Reads what jobs were told. Of each version a few bytes are kept: the jobs of a source have few sets of vaults among them. */
export function hardDeletedVersions(
  reports: readonly EarlierReport[],
  sourceBucket: string,
): HardDeleted {
  const buckets = new BucketSets();
  const names = new NameMap();
  for (const { rows, vaultBuckets } of reports) {
    for (const row of rows) {
      if (row.errorCode !== HARD_DELETED || row.bucket !== sourceBucket) continue;
      const name = versionName(row);
      const known = names.get(name);
      names.set(name, buckets.with(known, vaultBuckets));
    }
  }
  return {
    size: names.size,
    get(name) {
      const known = names.get(name);
      return known === undefined ? undefined : buckets.at(known);
    },
  };
}

/** Sets of buckets, each of them once, by number. */
class BucketSets {
  readonly #sets: ReadonlySet<string>[] = [];
  /** By the names of a set, in their order. */
  readonly #numbers = new Map<string, number>();

  at(number: number): ReadonlySet<string> | undefined {
    return this.#sets[number];
  }

  /** @returns the number of a set, or of the empty one, with others added */
  with(number: number | undefined, others: readonly string[]): number {
    const set = new Set([...(number === undefined ? [] : (this.#sets[number] ?? [])), ...others]);
    // No bucket has a slash in its name.
    const name = [...set].sort().join("/");
    const known = this.#numbers.get(name) ?? this.#sets.push(set) - 1;
    this.#numbers.set(name, known);
    return known;
  }
}

/**
 * The look with what no job can bring told apart from what one can. It stays in the way of a clean verdict: whoever writes
 * a false report at the source hides nothing with it.
 */
export function withHardDeleted(look: Look, deleted: HardDeleted): Look {
  if (deleted.size === 0) return look;
  const bucketOf = (vault: string | undefined): string =>
    look.promise.vaults.get(vault ?? "")?.bucketName ?? "";
  const told = (outcome: Outcome): Outcome =>
    isMissing(outcome) && deleted.get(versionName(outcome))?.has(bucketOf(outcome.vault)) === true
      ? {
          ...outcome,
          kind: "unprotected",
          code: "deleted-at-vault",
          cause: `deleted at the vault by its version id, as the job's report at the source tells it; no job brings it again: copy it in place`,
        }
      : outcome;
  return {
    ...look,
    versions: mapped(look.versions, (one) => ({ ...one, outcomes: one.outcomes.map(told) })),
  };
}
