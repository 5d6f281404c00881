/** Every IAM, KMS and bucket policy Lockstep declares, as pure functions. */

export { batchRolePolicy, type BatchRolePolicyArgs } from "./batch-role-policy";
export { operationsBucketPolicy } from "./operations-bucket-policy";
export type { PolicyDocument, PolicyStatement } from "./policy-document";
export {
  replicationRolePolicy,
  type ReplicationRolePolicyArgs,
  type ReplicationTarget,
} from "./replication-role-policy";
export { batchRoleTrust, replicationRoleTrust } from "./service-trust";
export { vaultBucketPolicy, type VaultBucketPolicyArgs } from "./vault-bucket-policy";
export { vaultKeyPolicy, type VaultKeyPolicyArgs } from "./vault-key-policy";
