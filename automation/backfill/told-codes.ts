/** S3's failure codes of versions, out of the reports of jobs: of each the latest word, for the vaults that the job was for. Pure. */
import type { FailureCodes } from "../look/look";
import { versionName } from "../proof/source-versions";
import { JobTasks } from "./job-findings";
import type { EarlierReport } from "./hard-deleted";

/** What jobs one after another told that were for the same vaults. */
interface Told {
  readonly vaultBuckets: readonly string[];
  readonly tasks: JobTasks;
}

/**
 * What reports say of versions of a bucket. A later success outdates a refusal, and so does a later job after which nothing was missing at
 * the vault: what is missing there today came and went again. Of a success a few bytes are kept where a refusal was told before, else none.
 * @param reports the latest first
 */
export function toldCodes(reports: readonly EarlierReport[], sourceBucket: string): FailureCodes {
  const all: Told[] = [];
  for (const { cleanSince, rows, vaultBuckets } of [...reports].reverse()) {
    const buckets = vaultBuckets.filter((bucket) => cleanSince?.has(bucket) !== true);
    if (buckets.length === 0) continue;
    const { tasks } = placeFor(all, buckets);
    for (const row of rows) {
      if (row.bucket !== sourceBucket) continue;
      if (row.errorCode !== "") tasks.add(row, row.errorCode);
      else if (row.succeeded && isTold(all, row)) tasks.add(row);
    }
  }
  const latestFirst = all.reverse();
  const lastWord = (name: string, bucket: string): Told | undefined =>
    latestFirst.find(({ tasks, vaultBuckets }) => vaultBuckets.includes(bucket) && tasks.has(name));
  return {
    get: (name, bucket) => lastWord(name, bucket)?.tasks.get(name)?.error,
    bucketsOf: (name, bucket) => lastWord(name, bucket)?.vaultBuckets ?? [bucket],
  };
}

/** Whether any report so far has a word on it. Most have none on most versions, and a name costs some time to look up. */
function isTold(all: readonly Told[], row: Parameters<typeof versionName>[0]): boolean {
  return all.some(({ tasks }) => tasks.size > 0 && tasks.has(versionName(row)));
}

/** The last of all where it is of the same vaults; else a new one. */
function placeFor(all: Told[], vaultBuckets: readonly string[]): Told {
  const last = all.at(-1);
  if (last !== undefined && vaultBuckets.join("/") === last.vaultBuckets.join("/")) return last;
  const next = { vaultBuckets, tasks: new JobTasks() };
  all.push(next);
  return next;
}
