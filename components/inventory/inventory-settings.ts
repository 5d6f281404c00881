/** What every S3 Inventory of a stack has in common. */

import type { InventoryConfig } from "../config/types";
import type { InventoryOutputs } from "../promise/inventory-outputs";

/**
 * What its files tell of each version beside bucket, key, version id, whether it is the latest and whether a delete marker. In the
 * order of AWS's columns.
 *
 * Event holds are left out: S3 has two fields for them, and neither the AWS provider's `aws_s3_bucket_inventory`, which takes fields of a
 * fixed list, nor `AWS::S3::Bucket` has (told in public by AWS's own sample for the release of event holds, which calls S3 past both).
 * A list that somebody declared with them is read all the same.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_InventoryConfiguration.html
 */
export const INVENTORY_FIELDS = [
  "Size",
  "LastModifiedDate",
  "ETag",
  "StorageClass",
  "IsMultipartUploaded",
  "ReplicationStatus",
  "EncryptionStatus",
  "ObjectLockRetainUntilDate",
  "ObjectLockMode",
  "ObjectLockLegalHoldStatus",
  "ChecksumAlgorithm",
] as const;

/** Where S3 delivers in the operations bucket of either side. No slash at either end. */
export const INVENTORY_PREFIX = "inventory";

/** Whose inventory it is: one bucket may be a vault, and the source of the next hop of a chain. */
export type InventorySide = "source" | "vault";

/** What the configuration is called on the bucket that it lists. */
export function inventoryId(side: InventorySide): string {
  return `lockstep-${side}`;
}

/** What the outputs say of an inventory. Pure. */
export function inventoryOutputs(
  side: InventorySide,
  { format, frequency }: InventoryConfig,
  bucketName: string,
): InventoryOutputs {
  return { id: inventoryId(side), format, frequency, bucketName, prefix: INVENTORY_PREFIX };
}
