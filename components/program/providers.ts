/**
 * Explicit providers per account: `aws` for a source and for a vault that is adopted, `aws-native` for a vault that is made.
 */

import type { Region as SourceRegion } from "@pulumi/aws";
import { Provider as SourceProvider } from "@pulumi/aws/provider";
import type { Region as VaultRegion } from "@pulumi/aws-native";
import { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { AccountAccess, LockstepConfig } from "../config/types";

/** Shown in CloudTrail beside everything that was done through an assumed role. */
const SESSION_NAME = "lockstep";

/** All by the name of the source or vault. Those of another team's stack have none. */
export interface LockstepProviders {
  /** `aws` in the accounts of sources. */
  sources: ReadonlyMap<string, SourceProvider>;
  /** `aws-native` in the accounts of vaults that are made. */
  vaults: ReadonlyMap<string, VaultProvider>;
  /** `aws` in the accounts of vaults that are adopted. */
  attach: ReadonlyMap<string, SourceProvider>;
  /** `aws` in the accounts of vaults whose locks may be extended: it makes a role there. */
  relock: ReadonlyMap<string, SourceProvider>;
  /** `aws` in the accounts of vaults that jobs read for checksums: it makes a role there. */
  checksums: ReadonlyMap<string, SourceProvider>;
  /** `aws` in the accounts of vaults that have an inventory, which it declares. */
  inventory: ReadonlyMap<string, SourceProvider>;
}

/**
 * Makes the providers of a config. Each refuses to work with credentials of another account than the config's.
 *
 * The same program runs under `pulumi up` and inside the driver: credentials come from the profile or role of the
 * config, else from the environment, and endpoints from `AWS_ENDPOINT_URL` or the profile.
 *
 * Each provider is a process of its own, so the members of a fleet share one where they are reached in the same way.
 *
 * @param namePrefix tells the providers of several such programs in one stack apart
 */
export function createProviders(
  config: LockstepConfig,
  opts: pulumi.ResourceOptions = {},
  namePrefix = "",
): LockstepProviders {
  const { inventory, isFleet, side, sources, vaults, verdict } = config;
  const hasChecksums = verdict?.checksums === true;
  const shared = new Map<string, SourceProvider | VaultProvider>();
  const provide = <Provider extends SourceProvider | VaultProvider>(
    kind: string,
    access: AccountAccess,
    make: () => Provider,
  ): Provider => {
    const { accountId, assumeRoleArn, profile, region } = access;
    const key = JSON.stringify([kind, accountId, region, profile, assumeRoleArn]);
    const known = isFleet ? (shared.get(key) as Provider | undefined) : undefined;
    const provider = known ?? make();
    shared.set(key, provider);
    return provider;
  };
  // In this order: members of a fleet that are reached alike share the first one, which is called after it.
  const ofSources = new Map(
    (side === "vaults" ? [] : sources).map((source) => [
      source.name,
      provide("aws", source, () =>
        sourceProvider(
          `${namePrefix}${isFleet ? `source-${source.name}` : "source"}`,
          source,
          opts,
        ),
      ),
    ]),
  );
  const ofVaults = new Map(
    (side === "source" ? [] : vaults).map((vault) => [
      vault.name,
      provide("aws-native", vault, () =>
        vaultProvider(`${namePrefix}vault-${vault.name}`, vault, opts),
      ),
    ]),
  );
  const attach = (vault: LockstepConfig["vaults"][number]): SourceProvider =>
    provide("aws", vault, () => sourceProvider(`${namePrefix}attach-${vault.name}`, vault, opts));
  const ours = side === "source" ? [] : vaults;
  const isReached = ({ bucket, relock }: LockstepConfig["vaults"][number]) =>
    bucket.existing || relock === true || inventory !== undefined || hasChecksums;
  const adopted = ours.filter(({ bucket }) => bucket.existing);
  const others = ours.filter((vault) => isReached(vault) && !vault.bucket.existing);
  const attached = new Map(
    [...adopted, ...others].map((vault) => [vault.name, attach(vault)] as const),
  );
  const those = (isOne: (vault: LockstepConfig["vaults"][number]) => boolean) =>
    new Map(
      [...attached].filter(([name]) => vaults.some((one) => one.name === name && isOne(one))),
    );
  return {
    sources: ofSources,
    vaults: ofVaults,
    attach: those(({ bucket }) => bucket.existing),
    relock: those(({ relock }) => relock === true),
    checksums: those(() => hasChecksums),
    inventory: those(() => inventory !== undefined),
  };
}

/** An `aws` provider that works in one account and refuses every other. */
function sourceProvider(
  name: string,
  { accountId, assumeRoleArn, profile, region }: AccountAccess,
  opts: pulumi.ResourceOptions = {},
): SourceProvider {
  return new SourceProvider(
    name,
    {
      // The SDK lists the Regions it knew when it was made; AWS may know more.
      region: region as SourceRegion,
      profile,
      assumeRoles:
        assumeRoleArn === undefined
          ? undefined
          : [{ roleArn: assumeRoleArn, sessionName: SESSION_NAME }],
      allowedAccountIds: [accountId],
    },
    opts,
  );
}

function vaultProvider(
  name: string,
  { accountId, assumeRoleArn, profile, region }: AccountAccess,
  opts: pulumi.ResourceOptions,
): VaultProvider {
  return new VaultProvider(
    name,
    {
      region: region as VaultRegion,
      profile,
      assumeRole:
        assumeRoleArn === undefined
          ? undefined
          : { roleArn: assumeRoleArn, sessionName: SESSION_NAME },
      allowedAccountIds: [accountId],
      // The SDK's default is true, and then the provider does not look at the allowed accounts at all.
      skipCredentialsValidation: false,
    },
    opts,
  );
}
