import { defineRule } from "../define-rule";
import { encryptionOf } from "../program/bucket-aspects";
import { keyNamed } from "../program/keys";
import type { Program } from "../program/program";
import { type Pair, replicatedBuckets, rulesOf, vaultsOf } from "../program/replications";
import { replicaKeyOf } from "../program/rule-facts";
import type { PolicyResource } from "../resource";
import type { PolicyViolation } from "../rule";
import { isTrueAt, UNKNOWN } from "../values";

/**
 * What holds data, or the only key to it.
 * @see https://www.pulumi.com/docs/iac/concepts/resources/options/protect/
 */
export const protectData = defineRule({
  id: "protect",
  title: "Nothing that holds data of a replication can be deleted by the program",
  severity: "warning",
  rationale:
    "A resource that drops out of the program is deleted by the next update. S3 refuses to delete a bucket with versions in it, unless forceDestroy empties it first; KMS deletes a key after its waiting time, whatever is encrypted under it, and Object Lock does not stand in the way.",
  fix: "Give the resource the option protect: true, or retainOnDelete: true so that Pulumi only forgets it; take forceDestroy out.",
  references: { securityHub: ["KMS.3"], nist80053: ["SC-12", "SC-12(2)"] },
  settings: {},
  check: (program) => {
    const vaults = vaultsOf(program);
    return [
      ...[...replicatedBuckets(program)].flatMap((bucket): PolicyViolation[] => {
        const { resource } = bucket;
        if (resource === undefined || resource.isRead === true) return [];
        if (isTrueAt(resource.props, "forceDestroy") === true) {
          const severity = vaults.has(bucket) ? "error" : "warning";
          return [
            {
              resource,
              severity,
              message: "forceDestroy deletes every version before the bucket.",
            },
          ];
        }
        return mayBeKept(resource)
          ? []
          : [{ resource, message: "It holds data, and has neither protect nor retainOnDelete." }];
      }),
      ...[...keysOf(program)].flatMap((resource): PolicyViolation[] =>
        mayBeKept(resource)
          ? []
          : [
              {
                resource,
                severity: "error",
                message: "It is the only key to data, and has neither protect nor retainOnDelete.",
              },
            ],
      ),
    ];
  },
});

/** True also where it is not told. */
function mayBeKept({ isRead, protect, retainOnDelete }: PolicyResource): boolean {
  return isRead === true || protect !== false || retainOnDelete === true;
}

/** Keys of the program that the two sides of a replication use. */
function keysOf(program: Program): ReadonlySet<PolicyResource> {
  const ofBuckets = [...replicatedBuckets(program)].flatMap((bucket) => {
    const encryption = encryptionOf(program, bucket);
    if (encryption === undefined || encryption === UNKNOWN || encryption.key === undefined)
      return [];
    const { key, property, resource } = encryption;
    return keyNamed(program, resource, property, key) ?? [];
  });
  const ofRules = rulesOf(program).flatMap(([rule, { resource, roleProperty }]) => {
    const key = replicaKeyOf(rule);
    if (key === undefined) return [];
    return keyNamed(program, resource, rulesProperty(roleProperty), key) ?? [];
  });
  return new Set([...ofBuckets, ...ofRules]);
}

/** The input that the rules stand in, beside the role's. */
function rulesProperty(roleProperty: Pair["replication"]["roleProperty"]): string {
  return roleProperty === "role" ? "rules" : roleProperty;
}
