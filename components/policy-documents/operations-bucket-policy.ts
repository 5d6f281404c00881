/** Policy of the operations bucket. */

import { allowInventories, type InventoryOf } from "./inventory-delivery";
import { denyInsecureTransport, policyDocument, type PolicyDocument } from "./policy-document";

/**
 * TLS only. Who reads and writes is said by identity policies: bucket, roles and operators share one account.
 * @param inventory what S3 delivers inventories of, and under which prefix. Undefined: none
 */
export function operationsBucketPolicy(
  bucketArn: string,
  inventory?: InventoryOf & {
    /** Without a slash at either end. */
    prefix: string;
  },
): PolicyDocument {
  return policyDocument(
    denyInsecureTransport(bucketArn),
    inventory === undefined
      ? undefined
      : { Sid: "AllowInventories", ...allowInventories(bucketArn, inventory.prefix, inventory) },
  );
}
