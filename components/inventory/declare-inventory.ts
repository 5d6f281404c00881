import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { besideArn } from "../beside-arn";
import type { InventoryConfig } from "../config/types";
import type { InventoryOutputs } from "../promise/inventory-outputs";
import {
  INVENTORY_FIELDS,
  INVENTORY_PREFIX,
  inventoryId,
  inventoryOutputs,
  type InventorySide,
} from "./inventory-settings";

/** Which bucket is listed, and where the lists go. */
export interface InventoryPlace {
  side: InventorySide;
  /** Of both buckets: twelve digits. */
  accountId: string;
  bucketName: pulumi.Input<string>;
  /** Without a path. */
  bucketArn: pulumi.Input<string>;
  /** In the account and Region of the bucket that is listed, as S3 demands. */
  operationsBucketName: pulumi.Input<string>;
  /** Key of the operations bucket. Undefined: S3's own keys. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
}

/**
 * Declares the list of all versions of a bucket. It goes with the stack, so that nothing is listed and charged for any more; what
 * S3 has delivered stays.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html
 */
export function declareInventory(
  name: string,
  place: InventoryPlace,
  settings: InventoryConfig,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<InventoryOutputs> {
  const { accountId, bucketArn, bucketName, kmsKeyArn, operationsBucketName, side } = place;
  const inventory = new s3.Inventory(
    name,
    {
      bucket: bucketName,
      name: inventoryId(side),
      enabled: true,
      includedObjectVersions: "All",
      optionalFields: [...INVENTORY_FIELDS],
      schedule: { frequency: settings.frequency },
      destination: {
        bucket: {
          // Whoever takes over the name of a bucket that was deleted gets no list.
          accountId,
          bucketArn: pulumi
            .all([bucketArn, operationsBucketName])
            .apply(([listedArn, besideName]) => besideArn(listedArn, besideName)),
          format: settings.format,
          prefix: INVENTORY_PREFIX,
          // Without it the bucket's own default holds, which is S3's own keys.
          ...(kmsKeyArn === undefined ? {} : { encryption: { sseKms: { keyId: kmsKeyArn } } }),
        },
      },
    },
    opts,
  );
  return pulumi
    .all([operationsBucketName, inventory.id])
    .apply(([besideName]) => inventoryOutputs(side, settings, besideName));
}
