import type { InventoryS3BucketDestination } from "@aws-sdk/client-s3";
import { bucketName } from "../services/s3/bucket/bucket-arn";
import {
  DeliveryRefused,
  ServiceDelivery,
  type Delivery,
} from "../services/s3/object/service-delivery";
import type { Bucket } from "../services/s3/store/model";
import type { World } from "../world/world";

/**
 * The bucket that a list is written to, with S3's own hands.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html
 * @throws DeliveryRefused when there is no such bucket in the Region of the source, or it is another account's
 */
export function openDestination(
  world: World,
  source: Bucket,
  settings: InventoryS3BucketDestination,
): ServiceDelivery {
  const { AccountId: expectedOwner, Bucket: arn = "" } = settings;
  const bucket = world.s3.findBucket(bucketName(arn));
  if (bucket === undefined || bucket.region !== source.region) {
    throw new DeliveryRefused("NoSuchBucket");
  }
  if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) {
    throw new DeliveryRefused("AccessDenied");
  }
  return new ServiceDelivery(world, bucket, {
    service: "s3.amazonaws.com",
    sourceArn: source.arn,
    accountId: source.accountId,
    encryption: wantedEncryption(settings),
  });
}

/** What the configuration asks for; the bucket's default has no headers. */
function wantedEncryption({ Encryption }: InventoryS3BucketDestination): Delivery["encryption"] {
  if (Encryption?.SSEKMS !== undefined) {
    return { algorithm: "aws:kms", kmsKeyId: Encryption.SSEKMS.KeyId };
  }
  return Encryption?.SSES3 === undefined ? undefined : { algorithm: "AES256" };
}
