/**
 * What a deployed stack tells the world: plain JSON, read by the driver and by `pulumi stack output`.
 *
 * The driver and `pulumi up` share one state through these outputs, so a change here is a change
 * of a contract: members are added, never renamed.
 */

import type { StorageClass } from "./config/types";
import type { OrganizationPolicies } from "./organization-policies";

/** Object Lock's own word for a retention mode. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
export type LockMode = "GOVERNANCE" | "COMPLIANCE";

/** The source bucket and the role that replicates out of it. */
export interface SourceOutputs {
  accountId: string;
  region: string;
  bucketName: string;
  bucketArn: string;
  /** True when the bucket was there before us: we never change what we did not make, and never delete it. */
  existing: boolean;
  /** Name of the vault that is this source's bucket: the next hop of a chain. Absent otherwise. */
  chainedFrom?: string;
  replicationRoleArn: string;
}

/** One locked bucket in its own account. */
export interface VaultOutputs {
  /** The vault's name in the config, not the bucket's. */
  name: string;
  accountId: string;
  region: string;
  bucketName: string;
  bucketArn: string;
  /** Absent when the vault encrypts with S3's own keys (`kms: none`). */
  kmsKeyArn?: string;
  lock: { mode: LockMode; retentionDays: number };
  /** Absent when a replica keeps the class of its source version. */
  storageClass?: StorageClass;
}

/** One replication rule as it was declared. */
export interface RuleOutputs {
  name: string;
  status: "Enabled" | "Disabled";
  /** Larger wins among the rules that send the same version to the same vault. */
  priority: number;
  prefix?: string;
  tags?: Record<string, string>;
  /** Name of the vault, as in `vaults[].name`. */
  vault: string;
}

/** The bucket in the source account that holds manifests, reports, the ledger and evidence. */
export interface OperationsOutputs {
  bucketName: string;
  bucketArn: string;
  /** Without a slash at either end, as S3 Batch Operations takes it. */
  manifestPrefix: string;
  /** Without a slash at either end, as S3 Batch Operations takes it. */
  reportPrefix: string;
  /** Without a slash at either end. */
  ledgerPrefix: string;
}

/** What tells people; absent without `lockstep:monitoring`. */
export interface MonitoringOutputs {
  /** One topic for each Region that publishes metrics of a rule, in the source's account. */
  topicArns: string[];
}

/** What a stack with one source tells, and what the driver works with: for a fleet, one source's part of its outputs. */
export interface LockstepOutputs {
  source: SourceOutputs;
  /** In the order of the config. */
  vaults: VaultOutputs[];
  /** In the order of the config. */
  rules: RuleOutputs[];
  operations: OperationsOutputs;
  /** The role that S3 Batch Operations assumes to run a backfill. */
  batchRoleArn: string;
  monitoring?: MonitoringOutputs;
  /** Absent on side `source`. */
  organizationPolicies?: OrganizationPolicies;
}

/** One source of a fleet. */
export interface FleetSourceOutputs extends Omit<
  LockstepOutputs,
  "vaults" | "monitoring" | "organizationPolicies"
> {
  /** The source's name in the config, not the bucket's. */
  name: string;
}

/** What a stack with several sources tells. A stack of side `vaults` tells no sources. */
export interface FleetOutputs {
  /** In the order of the config. */
  sources: FleetSourceOutputs[];
  vaults: VaultOutputs[];
  monitoring?: MonitoringOutputs;
  organizationPolicies?: OrganizationPolicies;
}
