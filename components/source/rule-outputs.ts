import type { RuleConfig, VaultConfig } from "../config/types";
import type { RuleOutputs } from "../promise/outputs";
import { takesKmsObjects } from "./declared-rules";

/** A rule as the outputs tell it: every default said. Pure: the driver holds a config against what is deployed with it. */
export function ruleOutputs(
  rule: RuleConfig,
  vaults: readonly Pick<VaultConfig, "name" | "encryption">[],
): RuleOutputs {
  const kms = vaults.find(({ name }) => name === rule.vault)?.encryption.kms ?? "none";
  return {
    name: rule.name,
    status: rule.status,
    priority: rule.priority,
    ...rule.filter,
    vault: rule.vault,
    ...(rule.storageClass === undefined ? {} : { storageClass: rule.storageClass }),
    sseKmsEncryptedObjects: takesKmsObjects(rule, kms !== "none"),
    ...(rule.replicaKmsKeyId === undefined ? {} : { replicaKmsKeyId: rule.replicaKmsKeyId }),
    ownerOverride: rule.ownerOverride,
    deleteMarkerReplication: rule.deleteMarkerReplication,
    replicaModifications: rule.replicaModifications,
    replicationTimeControl: rule.replicationTimeControl,
    metrics: rule.metrics,
  };
}
