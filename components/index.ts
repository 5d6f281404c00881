/** What is declared: components, their policies, the config, and the program made of them. */

export {
  AdoptedVault,
  type AdoptedVaultArgs,
  type AdoptedVaultTransforms,
} from "./vault/adopted-vault";
export { BatchOperations, type BatchOperationsArgs } from "./source/batch-operations";
export { OPERATIONS_PREFIXES } from "./operations-prefixes";
export type { AccountOptions } from "./component-options";
export * from "./config";
export { derivedNames, type DerivedNames } from "./derived-names";
export {
  type ExistingSource,
  findExistingSource,
  type ReadReplicationRules,
} from "./source/existing-source";
export { type ExistingVault, findExistingVault } from "./vault/existing-vault";
export { ImmutableReplication } from "./immutable-replication";
export type {
  ImmutableReplicationArgs,
  MadeElsewhere,
  SourceEntryArgs,
  VaultEntryArgs,
} from "./immutable-replication-args";
export {
  ReplicationMonitoring,
  type ReplicationMonitoringArgs,
} from "./monitoring/replication-monitoring";
export { organizationPoliciesOf, type OrganizationPolicies } from "./organization-policies";
export type * from "./promise/outputs";
export * from "./policy-documents";
export { lockstepProgram, type LockstepProgramOutputs } from "./program/program";
export { createProviders, type LockstepProviders } from "./program/providers";
export {
  ReplicationConfiguration,
  type ReplicationConfigurationArgs,
} from "./source/replication-configuration";
export {
  ReplicationRole,
  type ReplicationRoleArgs,
  type ReplicationRoleTarget,
} from "./source/replication-role";
export {
  replicationFilter,
  replicationRule,
  type ReplicationDestination,
} from "./source/declared-rules";
export {
  type DestinationArgs,
  ReplicationSource,
  type ReplicationSourceArgs,
  type SourceArgs,
  type SourceTransforms,
} from "./source/replication-source";
export type { RuleArgs } from "./config/rule";
export type { MonitoringArgs } from "./config/complete-monitoring";
export { SourceBucket, type SourceBucketArgs } from "./source/source-bucket";
export type { Transform } from "./transform";
export { ChecksumRole, type ChecksumRoleArgs } from "./checksum/checksum-role";
export { RelockRole, type RelockRoleArgs } from "./vault/relock-role";
export { Vault, type VaultTransforms } from "./vault/vault";
export type { VaultArgs, VaultLockArgs } from "./vault/vault-args";
export {
  VaultOperations,
  type VaultOperationsArgs,
  type VaultOperationsOptions,
} from "./vault/vault-operations";
