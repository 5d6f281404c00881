import { noSuchBucket } from "../services/s3/errors";
import type { Bucket } from "../services/s3/store/model";
import type { S3State } from "../services/s3/store/state";
import type { World } from "./world";

/** How far back a read may look. Older states of buckets are forgotten. */
export const MAX_STALE_MS = 60 * 60 * 1000;

/** A bucket's configuration from a time on; undefined: there was no bucket. */
interface Past {
  readonly fromEpochMs: number;
  readonly bucket: Bucket | undefined;
}

/**
 * What buckets were like before their last changes, for reads that are answered late. S3 reads and lists objects
 * consistently, but "bucket configurations have an eventual consistency model" (S3 User Guide, "Amazon S3 data
 * consistency model"), so configurations are kept here and objects are not.
 */
export class BucketHistory {
  /** By bucket name; oldest first, never empty. */
  private readonly pasts = new Map<string, Past[]>();

  constructor(private readonly world: World) {}

  /** Makes a change and remembers what was before. */
  observe<Result>(bucketName: string, change: () => Result): Result {
    const pasts = this.pasts.get(bucketName) ?? [
      { fromEpochMs: Number.NEGATIVE_INFINITY, bucket: this.snapshot(bucketName) },
    ];
    const result = change();
    const nowEpochMs = this.world.clock.nowEpochMs();
    pasts.push({ fromEpochMs: nowEpochMs, bucket: this.snapshot(bucketName) });
    // The newest of the old ones is still what was there at the limit.
    while ((pasts[1]?.fromEpochMs ?? nowEpochMs) < nowEpochMs - MAX_STALE_MS) pasts.shift();
    this.pasts.set(bucketName, pasts);
    return result;
  }

  /** The bucket as it was at a time; the living one when it has not changed since. */
  asOf(bucketName: string, epochMs: number): Bucket | undefined {
    const pasts = this.pasts.get(bucketName);
    const past = pasts?.findLast(({ fromEpochMs }) => fromEpochMs <= epochMs);
    if (past === undefined || past === pasts?.at(-1)) return this.world.s3.findBucket(bucketName);
    return past.bucket;
  }

  /** The names of `buckets` and of all that ever changed, those that are gone included; sorted. */
  namesWith(buckets: readonly Bucket[]): string[] {
    return [...new Set([...this.pasts.keys(), ...buckets.map(({ name }) => name)])].sort();
  }

  /** Handlers put new values in the place of old ones, except in the map of stored configurations. */
  private snapshot(bucketName: string): Bucket | undefined {
    const bucket = this.world.s3.findBucket(bucketName);
    return bucket && { ...bucket, stored: new Map(bucket.stored) };
  }
}

/** The world as a read sees it that knows nothing of the last `staleMs` milliseconds. To be read only. */
export function worldAsOf(world: World, staleMs: number): World {
  const epochMs = world.clock.nowEpochMs() - staleMs;
  return withBuckets(world, (name) => world.bucketHistory.asOf(name, epochMs));
}

/** The world with only the replication configurations as they were. To be read only. */
export function worldWithReplicationAsOf(world: World, staleMs: number): World {
  const epochMs = world.clock.nowEpochMs() - staleMs;
  return withBuckets(world, (name) => {
    const bucket = world.s3.findBucket(name);
    const past = world.bucketHistory.asOf(name, epochMs);
    if (bucket === undefined || bucket === past) return bucket;
    return { ...bucket, replication: past?.replication };
  });
}

function withBuckets(world: World, find: (name: string) => Bucket | undefined): World {
  const view: Pick<S3State, "bucket" | "findBucket" | "bucketsOf"> = {
    bucket(name) {
      const bucket = find(name);
      if (bucket === undefined) throw noSuchBucket(name);
      return bucket;
    },
    findBucket: find,
    bucketsOf: (accountId) =>
      world.bucketHistory
        .namesWith(world.s3.bucketsOf(accountId))
        .map(find)
        .filter((bucket) => bucket?.accountId === accountId)
        .filter((bucket) => bucket !== undefined),
  };
  const s3 = Object.assign(Object.create(world.s3) as S3State, view);
  return Object.create(world, { s3: { value: s3 } }) as World;
}
