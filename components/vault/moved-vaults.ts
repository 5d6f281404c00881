import type { VaultConfig } from "../config/types";

/** What the stack's own outputs say of a vault that was deployed. */
export interface DeployedVault {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly bucketName: string;
}

/** What moves, by its path in the config. Pure. */
export function movedVaults(
  deployed: readonly DeployedVault[],
  vaults: readonly VaultConfig[],
): readonly Move[] {
  return vaults.flatMap((vault, index) => {
    const path = `vaults[${index}]`;
    const same = deployed.find(({ name }) => name === vault.name);
    if (same !== undefined) return placeMoves(path, same, vault);
    const owner = deployed.find(
      ({ accountId, bucketName }) =>
        bucketName === vault.bucket.name && accountId === vault.accountId,
    );
    if (owner === undefined || vault.bucket.existing) return [];
    return [
      {
        path: `${path}.name`,
        reason:
          `expected "${owner.name}", the name of the vault of this stack whose bucket is ${owner.bucketName}; ` +
          `keep that name, or write bucket.existing: true and the bucket is adopted as vault "${vault.name}"`,
      },
    ];
  });
}

interface Move {
  readonly path: string;
  readonly reason: string;
}

function placeMoves(path: string, deployed: DeployedVault, vault: VaultConfig): readonly Move[] {
  return (["accountId", "region"] as const).flatMap((member) =>
    deployed[member] === vault[member]
      ? []
      : [
          {
            path: `${path}.${member}`,
            reason:
              `expected ${deployed[member]}, where vault "${vault.name}" is (${deployed.bucketName}); put it back, or give the ` +
              `vault in ${vault[member]} another name: the one that is there is then left behind (lockstep up --leave-vault ${vault.name})`,
          },
        ],
  );
}
