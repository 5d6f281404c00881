import { bucketRegion } from "../bucket-region";
import type { Exchange } from "../exchange";
import type { Stage } from "../stage";
import * as errors from "../wire-errors";

/** Region of requests that name none: S3's anonymous ones. */
const DEFAULT_REGION = "us-east-1";

/** Which Region: the one signed for. */
export const region: Stage = {
  name: "Region",
  run(exchange) {
    const { signature } = exchange.arrival;
    const signed = signature.outcome === "read" ? signature.facts.region : undefined;
    const ofBucket = bucketRegion(exchange.surroundings.world, exchange.bucketName);
    exchange.findings.region = signed ?? ofBucket ?? DEFAULT_REGION;
    if (exchange.service === "s3") checkSigningRegion(exchange, signed, ofBucket);
  },
};

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
  const { endpointRegion } = exchange.found("route");
  const isOwnEndpoint = endpointRegion !== undefined && endpointRegion === ofBucket;
  if (!isOwnEndpoint || signed === undefined || signed === ofBucket) return;
  throw errors.wrongSigningRegion(signed, ofBucket);
}
