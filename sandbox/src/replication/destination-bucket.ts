import type { ReplicationConfiguration } from "@aws-sdk/client-s3";
import { bucketName } from "../services/s3/bucket/bucket-arn";
import type { Bucket } from "../services/s3/store/model";
import type { World } from "../world/world";
import type { Copy } from "./copy";
import type { FailureCode } from "../services/s3/replication/failure-codes";

/** A destination as it is now, or why nothing can go there. */
export type FoundDestination =
  { readonly destination: Bucket } | { readonly failureCode: FailureCode };

/** The Region in which a configuration first met each of its destinations, by ARN. */
const regionsByConfiguration = new WeakMap<ReplicationConfiguration, Map<string, string>>();

/** Finds the destination of a rule and checks the state of its bucket, not any permission. */
export function findDestination(
  world: World,
  { source, configuration, prepared, road }: Copy,
): FoundDestination {
  const { destination: wanted, destinationArn } = prepared;
  const destination = world.s3.findBucket(bucketName(destinationArn));
  if (destination === undefined) return { failureCode: "DstBucketNotFound" };
  const expectedAccountId = wanted.Account;
  // Names another owner than the bucket has: S3 refuses it as an unexpected owner (assumed).
  if (expectedAccountId !== undefined && expectedAccountId !== destination.accountId) {
    return { failureCode: "DstPutObjectNotPermitted" };
  }
  const expectedRegion = firstRegion(configuration, destinationArn, destination.region);
  // Only jobs expect a Region: the page calls the code specific to Batch Replication.
  if (road === "batch" && destination.region !== expectedRegion) {
    return { failureCode: "DstBucketInvalidRegion" };
  }
  if (destination.versioning !== "Enabled") return { failureCode: "DstBucketUnversioned" };
  if (source.objectLock !== undefined && destination.objectLock === undefined) {
    return { failureCode: "DstBucketObjectLockConfigMissing" };
  }
  return { destination };
}

/**
 * A bucket that was deleted and made again in another Region is not where the configuration expects it (assumed: what
 * counts is the Region at the first copy).
 */
function firstRegion(
  configuration: ReplicationConfiguration,
  destinationArn: string,
  region: string,
): string {
  let regions = regionsByConfiguration.get(configuration);
  if (regions === undefined) {
    regions = new Map();
    regionsByConfiguration.set(configuration, regions);
  }
  const known = regions.get(destinationArn);
  if (known !== undefined) return known;
  regions.set(destinationArn, region);
  return region;
}
