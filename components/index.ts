/** What is declared: components, their policies, the config, and the program made of them. */

export { BatchOperations, OPERATIONS_PREFIXES, type BatchOperationsArgs } from "./batch-operations";
export type { AccountOptions } from "./component-options";
export * from "./config";
export { derivedNames, type DerivedNames } from "./derived-names";
export {
  ImmutableReplication,
  type ImmutableReplicationArgs,
  type SourceArgs,
  type VaultEntryArgs,
} from "./immutable-replication";
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
export { SourceBucket, type SourceBucketArgs } from "./source-bucket";
export { Vault, type VaultArgs, type VaultLockArgs } from "./vault";
