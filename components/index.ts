/** What is declared: components, their policies, the config, and the program made of them. */

export { AdoptedVault, type AdoptedVaultArgs } from "./adopted-vault";
export { BatchOperations, type BatchOperationsArgs } from "./batch-operations";
export { OPERATIONS_PREFIXES } from "./operations-prefixes";
export type { AccountOptions } from "./component-options";
export * from "./config";
export { derivedNames, type DerivedNames } from "./derived-names";
export {
  type ExistingSource,
  findExistingSource,
  type ReadReplicationRules,
} from "./existing-source";
export { type ExistingVault, findExistingVault } from "./existing-vault";
export {
  ImmutableReplication,
  type ImmutableReplicationArgs,
  type MadeElsewhere,
  type SourceEntryArgs,
  type VaultEntryArgs,
} from "./immutable-replication";
export {
  type MonitoringArgs,
  ReplicationMonitoring,
  type ReplicationMonitoringArgs,
} from "./monitoring/replication-monitoring";
export { organizationPoliciesOf, type OrganizationPolicies } from "./organization-policies";
export type * from "./outputs";
export * from "./policy-documents";
export { lockstepProgram, type LockstepProgramOutputs } from "./program";
export { createProviders, type LockstepProviders } from "./providers";
export {
  ReplicationConfiguration,
  type ReplicationConfigurationArgs,
} from "./replication-configuration";
export {
  ReplicationRole,
  type ReplicationRoleArgs,
  type ReplicationRoleTarget,
} from "./replication-role";
export {
  replicationFilter,
  replicationRule,
  type ReplicationDestination,
} from "./replication-rules";
export {
  type DestinationArgs,
  ReplicationSource,
  type ReplicationSourceArgs,
  type SourceArgs,
  type SourceTransforms,
} from "./replication-source";
export type { RuleArgs } from "./rule-args";
export { SourceBucket, type SourceBucketArgs } from "./source-bucket";
export type { Transform } from "./transform";
export { Vault, type VaultTransforms } from "./vault";
export type { VaultArgs, VaultLockArgs } from "./vault-args";
export {
  VaultOperations,
  type VaultOperationsArgs,
  type VaultOperationsOptions,
} from "./vault-operations";
