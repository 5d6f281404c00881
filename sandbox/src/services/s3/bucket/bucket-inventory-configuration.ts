import type {
  DeleteBucketInventoryConfigurationRequest,
  GetBucketInventoryConfigurationOutput,
  GetBucketInventoryConfigurationRequest,
  InventoryConfiguration,
  ListBucketInventoryConfigurationsOutput,
  ListBucketInventoryConfigurationsRequest,
  PutBucketInventoryConfigurationRequest,
} from "@aws-sdk/client-s3";
import { drop, found, keep, pageOf } from "./bucket-listed-configurations";
import { bucketOperation } from "./bucket-operation";
import { checkedInventory } from "./inventory-rules";

/** Inventory configurations are delivered by `sandbox/inventory`. */

const INVENTORY = "inventory";

export const putBucketInventoryConfiguration = bucketOperation<
  PutBucketInventoryConfigurationRequest,
  object
>({
  action: "s3:PutInventoryConfiguration",
  conditionKeys: ({ InventoryConfiguration: configuration }) => ({
    "s3:inventoryaccessibleoptionalfields": configuration?.OptionalFields,
  }),
  handle(bucket, { Id, InventoryConfiguration: given }, context) {
    const configuration = checkedInventory(Id, given);
    const answer = keep(bucket, INVENTORY, Id, configuration);
    context.world.s3.changes.publish({
      kind: "configuration-put",
      configuration: "inventory",
      bucket,
      inventory: configuration,
      cause: "request",
    });
    return answer;
  },
});

export const getBucketInventoryConfiguration = bucketOperation<
  GetBucketInventoryConfigurationRequest,
  GetBucketInventoryConfigurationOutput
>({
  action: "s3:GetInventoryConfiguration",
  handle: (bucket, { Id }) => ({
    InventoryConfiguration: found<InventoryConfiguration>(bucket, INVENTORY, Id),
  }),
});

export const deleteBucketInventoryConfiguration = bucketOperation<
  DeleteBucketInventoryConfigurationRequest,
  object
>({
  action: "s3:PutInventoryConfiguration",
  handle(bucket, { Id }, context) {
    const answer = drop(bucket, INVENTORY, Id);
    context.world.s3.changes.publish({
      kind: "configuration-removed",
      configuration: "inventory",
      bucket,
      inventoryId: Id ?? "",
      cause: "request",
    });
    return answer;
  },
});

export const listBucketInventoryConfigurations = bucketOperation<
  ListBucketInventoryConfigurationsRequest,
  ListBucketInventoryConfigurationsOutput
>({
  action: "s3:GetInventoryConfiguration",
  handle(bucket, { ContinuationToken: token }) {
    const { list, ...page } = pageOf<InventoryConfiguration>(bucket, INVENTORY, token);
    return { ...page, InventoryConfigurationList: list };
  },
});
