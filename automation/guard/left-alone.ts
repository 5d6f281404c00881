/** Which resources of a stack a deployment leaves alone, since their vault refuses to let it restore them. Pure. */

import type { StateResource } from "../stack/kept-resources";
import type { GuardLoss } from "../judge/outcome";
import { OPERATIONS_PREFIX } from "./compare-guard";

/** Ends of the resources' names that restore a protection: in a vault that we made, and in one that we adopted. */
const RESOURCES_OF: Readonly<Record<string, readonly string[]>> = {
  "bucket-policy": ["policy"],
  "object-lock": ["bucket", "object-lock"],
  versioning: ["bucket", "versioning"],
  lifecycle: ["bucket"],
  encryption: ["bucket", "encryption"],
  "public-access-block": ["bucket", "public-access"],
  ownership: ["bucket", "ownership"],
  replication: ["bucket"],
  key: ["key"],
  "key-policy": ["key"],
  "key-rotation": ["key"],
};

/** URNs of the resources that restore these losses. */
export function resourcesOf(
  losses: readonly GuardLoss[],
  resources: readonly StateResource[],
): readonly string[] {
  const names = losses.flatMap(({ protection, vault }) => {
    const isBeside = protection.startsWith(OPERATIONS_PREFIX);
    const own = isBeside ? protection.slice(OPERATIONS_PREFIX.length) : protection;
    const of = `::lockstep-vault-${vault}-${isBeside ? OPERATIONS_PREFIX : ""}`;
    return (RESOURCES_OF[own] ?? []).map((end) => `${of}${end}`);
  });
  return resources
    .filter(({ type }) => /^(aws|aws-native):/.test(type))
    .map(({ urn }) => urn)
    .filter((urn) => names.some((name) => urn.endsWith(name)));
}
