/** Every IAM, KMS and bucket policy Lockstep declares, as pure functions. */

export {
  alarmTopicKeyPolicy,
  alarmTopicPolicy,
  type AlarmTopicPolicyArgs,
} from "./alarm-topic-policy";
export { batchRolePolicy, type BatchRolePolicyArgs } from "./batch-role-policy";
export { checksumRolePolicy, type ChecksumRolePolicyArgs } from "./checksum-role-policy";
export type { InventoryOf } from "./inventory-delivery";
export { operationsBucketPolicy } from "./operations-bucket-policy";
export {
  CONTROL_POLICY_MAX_CHARACTERS,
  type OrganizationVault,
  vaultResourceControlPolicy,
  vaultServiceControlPolicy,
} from "./organization-policies";
export { policyDocument, type PolicyDocument, type PolicyStatement } from "./policy-document";
export {
  replicationRolePolicy,
  type ReplicationRolePolicyArgs,
  type ReplicationTarget,
} from "./replication-role-policy";
export {
  type RelockLimits,
  relockRolePolicy,
  type RelockRolePolicyArgs,
} from "./relock-role-policy";
export { batchRoleTrust, replicationRoleTrust } from "./service-trust";
export {
  vaultOperationsBucketPolicy,
  type VaultOperationsBucketPolicyArgs,
} from "./vault-operations-bucket-policy";
export {
  isOurVaultSid,
  vaultBucketPolicy,
  vaultConfigurationActions,
  type VaultBucketPolicyArgs,
} from "./vault-bucket-policy";
export {
  KEY_LOSS_ACTIONS,
  sourceKeyPolicy,
  vaultKeyPolicy,
  type VaultKeyPolicyArgs,
} from "./vault-key-policy";
