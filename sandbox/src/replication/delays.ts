import { patternTest } from "../values/patterns";
import type { WorldSettings } from "../world/settings";
import { bucketName } from "../services/s3/bucket/bucket-arn";

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
