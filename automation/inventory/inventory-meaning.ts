/** What an inventory's configuration means: the one that was deployed, and the live one. Pure. */

import type { InventoryConfiguration } from "@aws-sdk/client-s3";
import { besideArn } from "../../components/beside-arn";
import { INVENTORY_FIELDS } from "../../components/inventory/inventory-settings";
import { canonicalJson } from "../../components/promise/canonical-json";
import type { SourceOutputs, VaultOutputs } from "../../components/promise/outputs";

/** A source or vault that is listed. */
export type Listed = Pick<
  SourceOutputs & VaultOutputs,
  "accountId" | "bucketArn" | "bucketName" | "inventory" | "kmsKeyArn"
>;

/** Whichever way S3 or we write it. */
export interface InventoryMeaning {
  readonly enabled: boolean;
  /** `All`, or `Current` alone. */
  readonly versions: string;
  /** Start of the keys that are listed; empty: all. */
  readonly listedPrefix: string;
  /** Of those that we want. */
  readonly fields: readonly string[];
  readonly frequency: string;
  readonly format: string;
  readonly destinationBucketArn: string;
  readonly destinationAccountId: string | null;
  readonly prefix: string;
  /** Null: the destination's own default. */
  readonly kmsKeyArn: string | null;
}

/** What was deployed; undefined without an inventory. */
export function deployedInventory({
  accountId,
  bucketArn,
  inventory,
  kmsKeyArn,
}: Listed): InventoryMeaning | undefined {
  if (inventory === undefined) return undefined;
  return {
    enabled: true,
    versions: "All",
    listedPrefix: "",
    fields: [...INVENTORY_FIELDS].sort(),
    frequency: inventory.frequency,
    format: inventory.format,
    destinationBucketArn: besideArn(bucketArn, inventory.bucketName),
    destinationAccountId: accountId,
    prefix: inventory.prefix,
    kmsKeyArn: kmsKeyArn ?? null,
  };
}

/** What S3 has. Further fields do no harm. */
export function liveInventory(live: InventoryConfiguration): InventoryMeaning {
  const to = live.Destination?.S3BucketDestination;
  const fields: readonly string[] = live.OptionalFields ?? [];
  return {
    enabled: live.IsEnabled === true,
    versions: live.IncludedObjectVersions ?? "",
    listedPrefix: live.Filter?.Prefix ?? "",
    fields: INVENTORY_FIELDS.filter((field) => fields.includes(field)).sort(),
    frequency: live.Schedule?.Frequency ?? "",
    format: to?.Format ?? "",
    destinationBucketArn: to?.Bucket ?? "",
    destinationAccountId: to?.AccountId ?? null,
    prefix: to?.Prefix ?? "",
    kmsKeyArn: to?.Encryption?.SSEKMS?.KeyId ?? null,
  };
}

/** The members in which the live one is not as deployed. */
export function inventoryDifferences(
  wanted: InventoryMeaning,
  live: InventoryMeaning,
): readonly (keyof InventoryMeaning)[] {
  return (Object.keys(wanted) as (keyof InventoryMeaning)[]).filter(
    (member) => canonicalJson(wanted[member]) !== canonicalJson(live[member]),
  );
}
