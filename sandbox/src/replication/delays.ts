import { patternTest } from "../values/patterns";
import type { Patterns } from "../values/patterns";
import type { WorldSettings } from "../world/world";
import { bucketName } from "../services/s3/bucket/bucket-arn";

/** How long after a write a replica appears at some destinations or under some keys. What is left out matches all. */
export interface ReplicationDelay {
  /** Names of destination buckets; `*` stands for any characters. */
  readonly destination?: Patterns;
  readonly key?: Patterns;
  readonly delayMs: number;
}

/** How long after it was asked for a copy is made, in milliseconds, by its destination and key. */
export function delays({
  replicationDelays,
  replicationDelayMs,
}: WorldSettings): (destinationArn: string, key: string) => number {
  const special = replicationDelays.map(({ destination, key, delayMs }) => ({
    isDestination: patternTest(destination),
    isKey: patternTest(key),
    delayMs,
  }));
  return (destinationArn, key) => {
    for (const { isDestination, isKey, delayMs } of special) {
      if (isDestination?.(bucketName(destinationArn)) === false) continue;
      if (isKey?.(key) === false) continue;
      return delayMs;
    }
    return replicationDelayMs;
  };
}
