import type { ApiCall } from "../services/cloudtrail/api-call";
import { servicePrincipal } from "../authorization/service-principal";
import { CLOUDTRAIL } from "../services/cloudtrail/trail-bucket";
import { DELIVERY_ACL } from "../services/s3/object/service-delivery";
import type { Random } from "../values/random";
import type { World } from "../world/world";

const ID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The PutObject by which CloudTrail has delivered a file; undefined when the bucket is gone since. */
export function deliveryCall(
  world: World,
  random: Random,
  bucketName: string,
  key: string,
): ApiCall | undefined {
  const bucket = world.s3.findBucket(bucketName);
  const version = bucket?.objects.current(key);
  if (bucket === undefined || version === undefined) return undefined;
  const answer: Record<string, string> = {
    "x-amz-server-side-encryption": version.encryption.algorithm,
  };
  if (bucket.versioning === "Enabled") answer["x-amz-version-id"] = version.versionId;
  return {
    service: "s3",
    operation: "PutObject",
    region: bucket.region,
    principal: servicePrincipal(CLOUDTRAIL),
    epochMs: world.clock.nowEpochMs(),
    requestId: random.string(16, ID_ALPHABET),
    hostId: Buffer.from(random.string(56, ID_ALPHABET)).toString("base64"),
    request: {
      sourceAddress: CLOUDTRAIL,
      headers: {
        host: `${bucketName}.s3.${bucket.region}.amazonaws.com`,
        "user-agent": CLOUDTRAIL,
        "x-amz-acl": DELIVERY_ACL,
      },
      query: new URLSearchParams(),
      labels: { Bucket: bucketName, Key: key },
      signature: "header",
      signatureVersion: "SigV4",
      bodyBytes: version.sizeBytes,
    },
    answer: { headers: answer, bodyBytes: 0 },
  };
}
