/**
 * Outputs of the package's component: those of the stack (`components/promise/outputs.ts`), as Pulumi schemas know them. The compiler
 * holds both equal.
 */

import type { OrganizationPolicies } from "../organization-policies";
import type * as stack from "../promise/outputs";
import type { DeployedRule } from "./rule";
import type { Integer, Json } from "./values";

/** A source as it was deployed. */
export interface DeployedSource {
  /** Twelve digits. */
  accountId: string;
  /** Region of the bucket. */
  region: string;
  /** Name of the bucket. */
  bucketName: string;
  /** ARN of the bucket. */
  bucketArn: string;
  /** True when the bucket was there before: it is never deleted. */
  existing: boolean;
  /** Name of the vault that is this source's bucket: the next hop of a chain. Absent otherwise. */
  chainedFrom?: string;
  /** ARN of the role that replicates out of the bucket. */
  replicationRoleArn: string;
  /** The inventory of the bucket. Absent without `inventory`. */
  inventory?: DeployedInventory;
}

/** An S3 Inventory as it was deployed. */
export interface DeployedInventory {
  /** Id of the configuration on the bucket that it lists. */
  id: string;
  /** `CSV` or `Parquet`. */
  format: string;
  /** `Daily` or `Weekly`. */
  frequency: string;
  /** Bucket that S3 delivers to: the operations bucket of the same side. */
  bucketName: string;
  /** What S3's keys there begin with, without a slash at its end. */
  prefix: string;
}

/** One of several sources as it was deployed. */
export interface DeployedFleetSource {
  /** The source's name in the arguments, not the bucket's. */
  name: string;
  /** The source itself. */
  source: DeployedSource;
  /** The rules of this source. */
  rules: DeployedRule[];
  /** The bucket for manifests, reports, the ledger and evidence. */
  operations: DeployedOperations;
  /** ARN of the role that S3 Batch Operations assumes to run a backfill. */
  batchRoleArn: string;
  /** The two roles that S3 assumes, as deployed, as JSON. */
  roles?: Json;
  /** What names the promise of this source. */
  promise?: DeployedPromise;
}

/** What names a promise: source, roles, rules and vaults as deployed. */
export interface DeployedPromise {
  /** Of the form; 1. */
  version: Integer;
  /** SHA-256 in hex of what is promised. */
  digest: string;
}

/** A vault as it was deployed. */
export interface DeployedVault {
  /** The vault's name in the arguments, not the bucket's. */
  name: string;
  /** Twelve digits. */
  accountId: string;
  /** Region of the vault. */
  region: string;
  /** Name of the bucket. */
  bucketName: string;
  /** ARN of the bucket. */
  bucketArn: string;
  /** ARN of the replicas' key. Absent with S3's own keys. */
  kmsKeyArn?: string;
  /** The default retention. */
  lock: DeployedLock;
  /** Class of the replicas. Absent when a replica keeps the class of its source version. */
  storageClass?: string;
  /** The vault's own protections as deployed, as JSON. Absent for another team's vault. */
  guard?: Json;
  /** Name of the guarded bucket beside the vault. Absent for another team's vault. */
  operationsBucketName?: string;
  /** The inventory of the vault. Absent without `inventory`, and for another team's vault. */
  inventory?: DeployedInventory;
}

/** Default retention of a vault. */
export interface DeployedLock {
  /** `GOVERNANCE` or `COMPLIANCE`. */
  mode: string;
  /** Whole days; a year counts 365. */
  retentionDays: Integer;
  /** Since when it is deployed, ISO 8601. */
  since?: string;
  /** Replicas that come locked for longer are refused. Whole days. */
  maximumRetentionDays?: Integer;
  /** Replicas that come locked for less are refused. Whole days. Absent: they are accepted, and named. */
  minimumRetentionDays?: Integer;
}

/** The bucket in the source account for manifests, reports, the ledger and evidence. */
export interface DeployedOperations {
  /** Name of the bucket. */
  bucketName: string;
  /** ARN of the bucket. */
  bucketArn: string;
  /** Without a slash at either end. */
  manifestPrefix: string;
  /** Without a slash at either end. */
  reportPrefix: string;
  /** Without a slash at either end. */
  ledgerPrefix: string;
}

/** What tells people. */
export interface DeployedMonitoring {
  /** One topic for each Region that publishes metrics of a rule, in the source's account: subscribe others to it. */
  topicArns: string[];
}

/** The organization's policies for the vault accounts, as JSON documents: to be attached by whoever manages the organization. */
export interface DeployedOrganizationPolicies {
  /** Binds the vault accounts' own people, their root users too. */
  serviceControlPolicy: Json;
  /** Binds everybody who reaches for the vaults. */
  resourceControlPolicy: Json;
}

type SameMembers<Deployed, Described> = [keyof Deployed, keyof Described] extends [
  keyof Described,
  keyof Deployed,
]
  ? Deployed extends Described
    ? true
    : false
  : false;
type AllTrue<Answers extends true[]> = Answers;
/**
 * Compiles only while what is described has the very members of what is deployed.
 * @lintignore for the compiler alone
 */
export type DescribedAsDeployed = AllTrue<
  [
    SameMembers<stack.SourceOutputs, DeployedSource>,
    SameMembers<stack.FleetSourceOutputs, DeployedFleetSource>,
    SameMembers<stack.VaultOutputs, DeployedVault>,
    SameMembers<stack.VaultOutputs["lock"], DeployedLock>,
    SameMembers<stack.RuleOutputs, DeployedRule>,
    SameMembers<stack.PromiseOutputs, DeployedPromise>,
    SameMembers<stack.OperationsOutputs, DeployedOperations>,
    SameMembers<stack.InventoryOutputs, DeployedInventory>,
    SameMembers<stack.MonitoringOutputs, DeployedMonitoring>,
    SameMembers<OrganizationPolicies, DeployedOrganizationPolicies>,
  ]
>;
