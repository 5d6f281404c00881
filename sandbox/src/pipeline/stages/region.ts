import { bucketRegion } from "../bucket-region";
import { found, type Exchange } from "../exchange";
import type { Stage } from "../stage";
import * as errors from "../wire-errors";

/** Region of requests that name none: S3's anonymous ones. */
const DEFAULT_REGION = "us-east-1";

/** Regions of partitions that the sandbox does not have, by how their names begin. */
const FOREIGN_PARTITIONS: readonly (readonly [beginning: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["eusc-", "aws-eusc"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
];

/** Which Region: the one signed for. */
export const region: Stage = {
  name: "Region",
  run(exchange) {
    const { signature } = exchange.arrival;
    const signed = signature.outcome === "read" ? signature.facts.region : undefined;
    const ofBucket = bucketRegion(exchange.surroundings.world, exchange.bucketName);
    refuseForeignPartition(signed ?? DEFAULT_REGION);
    exchange.findings.region = signed ?? ofBucket ?? DEFAULT_REGION;
    if (exchange.service === "s3") checkSigningRegion(exchange, signed, ofBucket);
  },
};

/** @throws AwsError NotImplemented for a Region of another partition than `aws` */
function refuseForeignPartition(region: string): void {
  for (const [beginning, partition] of FOREIGN_PARTITIONS) {
    if (!region.startsWith(beginning)) continue;
    throw errors.notImplemented(`The partition ${partition} (${region})`);
  }
}

/**
 * A request that reaches the endpoint of the bucket's own Region, by its host name, with a signature for another
 * one. (Through a host that names no Region the signed one counts as the endpoint's; S3 then answers
 * `PermanentRedirect`, where the bucket is looked up.)
 */
function checkSigningRegion(
  exchange: Exchange,
  signed: string | undefined,
  ofBucket: string | undefined,
): void {
  const { endpointRegion } = found(exchange.findings.route, "route");
  const isOwnEndpoint = endpointRegion !== undefined && endpointRegion === ofBucket;
  if (!isOwnEndpoint || signed === undefined || signed === ofBucket) return;
  throw errors.wrongSigningRegion(signed, ofBucket);
}
