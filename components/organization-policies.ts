/** The organization's policies for the vaults of a config. Pure: the command line makes them without an engine. */

import type { LockstepConfig, SourceConfig } from "./config/types";
import { configuredReplicationRole } from "./derived-names";
import { relockLimitsOf } from "./vault/relock-limits";
import { DEFAULT_MAXIMUM_RETENTION_DAYS } from "./config/values";
import {
  type PolicyDocument,
  vaultResourceControlPolicy,
  vaultServiceControlPolicy,
} from "./policy-documents";

/** To be attached to the vault accounts by whoever manages the organization. */
export interface OrganizationPolicies {
  /** Binds users, roles and root user of the accounts, wherever they act. */
  serviceControlPolicy: PolicyDocument;
  /** Binds whoever acts on the vaults, principals of other organizations too. */
  resourceControlPolicy: PolicyDocument;
}

/**
 * @param config of side `both` or `vaults`
 * @param roleArnOf the role that replicates a source
 * @default roleArnOf the role that the config names, else our own: where an existing bucket has rules of others, theirs
 *   replicates, which only a look into the bucket tells
 */
export function organizationPoliciesOf(
  config: LockstepConfig,
  roleArnOf: (source: SourceConfig) => string = configuredReplicationRole,
): OrganizationPolicies {
  const replicationRoleArns = config.sources.map(roleArnOf);
  // What sources lock for by themselves is let in at the vaults that they send to.
  const sourceRetentionDays = config.sources.flatMap(
    ({ bucket }) => bucket.objectLock?.retentionDays ?? [],
  );
  const vaults = config.vaults.map(
    ({ accountId, breakGlassRoleArn, bucket, encryption, lock, name, region, relock }) => ({
      accountId,
      region,
      bucketName: bucket.name,
      kms: encryption.kms,
      replicationRoleArns,
      isPilot: lock.stage === "pilot",
      isChained: config.sources.some(({ chainedFrom }) => chainedFrom === name),
      breakGlassRoleArn,
      ...(relock === true
        ? {
            relock: {
              ...relockLimitsOf({ accountId, region }, bucket.name, lock),
              maximumDays:
                lock.maximumRetentionDays ??
                Math.max(
                  DEFAULT_MAXIMUM_RETENTION_DAYS,
                  lock.retentionDays,
                  ...sourceRetentionDays,
                ),
            },
          }
        : {}),
    }),
  );
  return {
    serviceControlPolicy: vaultServiceControlPolicy(vaults),
    resourceControlPolicy: vaultResourceControlPolicy(vaults),
  };
}
