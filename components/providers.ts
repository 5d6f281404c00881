/** One explicit provider per account: `aws` for the source, `aws-native` for each vault. */

import type { Region as SourceRegion } from "@pulumi/aws";
import { Provider as SourceProvider } from "@pulumi/aws/provider";
import type { Region as VaultRegion } from "@pulumi/aws-native";
import { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import type { LockstepConfig } from "./config/types";

/** Shown in CloudTrail beside everything that was done through an assumed role. */
const SESSION_NAME = "lockstep";

export interface LockstepProviders {
  source: SourceProvider;
  /** By the vault's name. */
  vaults: ReadonlyMap<string, VaultProvider>;
}

/**
 * Makes the providers of a config. Each refuses to work with credentials of another account than the config's.
 *
 * The same program runs under `pulumi up` and inside the driver: credentials come from the profile or role of the
 * config, else from the environment, and endpoints from `AWS_ENDPOINT_URL` or the profile.
 */
export function createProviders(config: LockstepConfig): LockstepProviders {
  const { source } = config;
  return {
    source: new SourceProvider("source", {
      // The SDK lists the Regions it knew when it was made; AWS may know more.
      region: source.region as SourceRegion,
      profile: source.profile,
      assumeRoles:
        source.assumeRoleArn === undefined
          ? undefined
          : [{ roleArn: source.assumeRoleArn, sessionName: SESSION_NAME }],
      allowedAccountIds: [source.accountId],
    }),
    vaults: new Map(
      config.vaults.map((vault) => [
        vault.name,
        new VaultProvider(`vault-${vault.name}`, {
          region: vault.region as VaultRegion,
          profile: vault.profile,
          assumeRole:
            vault.assumeRoleArn === undefined
              ? undefined
              : { roleArn: vault.assumeRoleArn, sessionName: SESSION_NAME },
          allowedAccountIds: [vault.accountId],
        }),
      ]),
    ),
  };
}
