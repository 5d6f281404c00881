/** What S3 needs to deliver inventories of a bucket into the operations bucket beside it. */

import type { UnnamedStatement } from "./policy-document";

/** The bucket that is listed. */
export interface InventoryOf {
  /** Of the bucket that is listed, without a path. */
  bucketArn: string;
  /** Owner of both buckets. */
  accountId: string;
}

const S3 = { Service: "s3.amazonaws.com" };

/** Only for this bucket of this account: S3 delivers for everybody, and whoever names our bucket as a destination is not let in. */
function onlyFor({ accountId, bucketArn }: InventoryOf) {
  return {
    ArnLike: { "aws:SourceArn": bucketArn },
    StringEquals: { "aws:SourceAccount": accountId },
  };
}

/**
 * Lets S3 write under the prefix. AWS's example asks for the ACL `bucket-owner-full-control` as well, which means nothing in a bucket
 * whose owner owns everything.
 * @param operationsArn of the operations bucket
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-s3-inventory-1
 */
export function allowInventories(
  operationsArn: string,
  prefix: string,
  listed: InventoryOf,
): UnnamedStatement {
  return {
    Effect: "Allow",
    Principal: S3,
    Action: "s3:PutObject",
    Resource: `${operationsArn}/${prefix}/*`,
    Condition: onlyFor(listed),
  };
}

/**
 * Lets S3 encrypt them, in a key's policy.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html#configure-inventory-kms-key-policy
 */
export function keyUsedByInventory(listed: InventoryOf): UnnamedStatement {
  return {
    Effect: "Allow",
    Principal: S3,
    Action: "kms:GenerateDataKey",
    Resource: "*",
    Condition: onlyFor(listed),
  };
}
