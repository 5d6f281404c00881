import type { Bucket } from "../services/s3/store/model";
import type { S3State } from "../services/s3/store/state";
import type { Foundation } from "./foundation";

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

  constructor(private readonly world: Pick<Foundation, "clock"> & { readonly s3: S3State }) {}

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
