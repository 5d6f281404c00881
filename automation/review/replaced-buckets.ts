import type { AccountAccess } from "../../components/config/types";
import { derivedNames, vaultOperationsBucketName } from "../../components/derived-names";
import type { StateResource } from "../stack/kept-resources";
import type { PlannedChange } from "../stack/planned-changes";
import { ProviderPlaces } from "../stack/resource-places";
import type { LeftVault } from "../stack/vaults-left-behind";
import { isBucket } from "./gone-risks";

/** A bucket of the stack that another one is to take the place of. It stays at AWS, and the stack forgets it. */
export interface ReplacedBucket {
  readonly name: string;
  readonly access: AccountAccess;
  /** The other one; absent where AWS has yet to name it. */
  readonly by?: string;
}

/**
 * The buckets that a plan replaces, and those of adopted vaults whose name in the config gets another bucket. Pure.
 * @param replacedVaults vaults left behind whose name the config still has
 */
export function replacedBuckets(
  planned: readonly PlannedChange[],
  resources: readonly StateResource[],
  replacedVaults: readonly LeftVault[],
): readonly ReplacedBucket[] {
  const places = new ProviderPlaces(resources);
  const found = new Map<string, ReplacedBucket>();
  for (const { action, physicalName, resourceType, urn } of planned) {
    if (action !== "replace" || !isBucket(resourceType) || !isKept(urn, planned)) continue;
    for (const { delete: isOlder, id, provider = "" } of resources.filter(
      (resource) => resource.urn === urn,
    )) {
      const access = places.accessOf(provider);
      if (isOlder === true || id === undefined || access === undefined) continue;
      found.set(id, { name: id, access, ...(physicalName !== undefined && { by: physicalName }) });
    }
  }
  for (const { access, bucketName } of replacedVaults) {
    if (!found.has(bucketName)) found.set(bucketName, { name: bucketName, access });
  }
  return [...found.values()];
}

/** Whether what is replaced stays at AWS; what is deleted is asked about apart. */
function isKept(urn: string, planned: readonly PlannedChange[]): boolean {
  return planned.some((change) => change.urn === urn && change.action === "keep");
}

/** The operations buckets of a source's or a vault's bucket, by their names. Pure. */
export function operationsBucketsOf(bucketName: string): readonly string[] {
  return [derivedNames(bucketName).operationsBucketName, vaultOperationsBucketName(bucketName)];
}
