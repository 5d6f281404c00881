import type { World } from "../../world/world";
import { DeliveryRefused, ServiceDelivery } from "../s3/object/service-delivery";
import type { Trail } from "./model";

export const CLOUDTRAIL = "cloudtrail.amazonaws.com";

type TrailFacts = Pick<Trail, "arn" | "accountId" | "bucketName" | "kmsKeyArn">;

/**
 * The bucket of a trail, as CloudTrail reaches it.
 * @throws DeliveryRefused when there is no such bucket
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
export function openTrailBucket(world: World, trail: TrailFacts): ServiceDelivery {
  const { accountId, arn, bucketName, kmsKeyArn } = trail;
  const bucket = world.s3.findBucket(bucketName);
  if (bucket === undefined) throw new DeliveryRefused("NoSuchBucket");
  return new ServiceDelivery(world, bucket, {
    service: CLOUDTRAIL,
    sourceArn: arn,
    accountId,
    encryption: kmsKeyArn === undefined ? undefined : { algorithm: "aws:kms", kmsKeyId: kmsKeyArn },
    encryptionContext: { "aws:cloudtrail:arn": arn },
  });
}
