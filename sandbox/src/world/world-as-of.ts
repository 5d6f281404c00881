import { noSuchBucket } from "../services/s3/errors";
import type { Bucket } from "../services/s3/store/model";
import type { S3State } from "../services/s3/store/state";
import type { World } from "./world";

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
