import type { RuleConfig } from "../config/types";

/** A vault whose name and key may be known while the program runs only. */
interface Vault<Name, Key> {
  readonly name: string;
  readonly region: string;
  readonly bucketName: Name;
  readonly kmsKeyArn?: Key | undefined;
}

/**
 * The vaults as the replication role's policy sees them. Disabled rules count too: enabling one later should not need the vault's
 * account.
 */
export function replicationTargets<Name, Key>(
  vaults: readonly Vault<Name, Key>[],
  rules: readonly RuleConfig[],
) {
  return vaults.map(({ bucketName, kmsKeyArn, name, region }) => {
    const concerned = rules.filter(({ vault }) => vault === name);
    const ruleKeys = concerned.flatMap(({ replicaKmsKeyId }) => replicaKmsKeyId ?? []);
    return {
      bucketName,
      region,
      kmsKeyArns: [...(kmsKeyArn === undefined ? [] : [kmsKeyArn]), ...new Set(ruleKeys)],
      deleteMarkers: concerned.some(({ deleteMarkerReplication }) => deleteMarkerReplication),
      ownerOverride: concerned.some(({ ownerOverride }) => ownerOverride),
    };
  });
}
