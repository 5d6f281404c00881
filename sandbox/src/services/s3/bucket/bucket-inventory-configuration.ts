import type {
  DeleteBucketInventoryConfigurationRequest,
  GetBucketInventoryConfigurationOutput,
  GetBucketInventoryConfigurationRequest,
  InventoryConfiguration,
  ListBucketInventoryConfigurationsOutput,
  ListBucketInventoryConfigurationsRequest,
  PutBucketInventoryConfigurationRequest,
} from "@aws-sdk/client-s3";
import { drop, found, keep, listOf } from "./bucket-listed-configurations";
import { bucketOperation } from "./bucket-operation";
import { invalidArgument } from "../errors";
import { checkedInventory } from "./inventory-rules";

/** Inventory configurations are delivered by `sandbox/inventory`. */

const INVENTORY = "inventory";
const PAGE_SIZE = 100;

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

/** In pages of 100. The token is the last id, encoded: its form is assumed. */
export const listBucketInventoryConfigurations = bucketOperation<
  ListBucketInventoryConfigurationsRequest,
  ListBucketInventoryConfigurationsOutput
>({
  action: "s3:GetInventoryConfiguration",
  handle(bucket, { ContinuationToken: token }) {
    const all = listOf<InventoryConfiguration>(bucket, INVENTORY);
    const lastId = token === undefined ? "" : lastIdOf(token);
    const rest = all.filter(({ Id = "" }) => Id > lastId);
    const page = rest.slice(0, PAGE_SIZE);
    const isTruncated = rest.length > page.length;
    return {
      IsTruncated: isTruncated,
      ContinuationToken: token,
      NextContinuationToken: isTruncated ? tokenOf(page[page.length - 1]?.Id ?? "") : undefined,
      InventoryConfigurationList: page.length === 0 ? undefined : page,
    };
  },
});

function tokenOf(id: string): string {
  return Buffer.from(id).toString("base64url");
}

/** @throws AwsError InvalidArgument */
function lastIdOf(token: string): string {
  const id = Buffer.from(token, "base64url").toString();
  if (id === "" || tokenOf(id) !== token) {
    throw invalidArgument(
      "continuation-token",
      token,
      "The continuation token provided is incorrect",
    );
  }
  return id;
}
