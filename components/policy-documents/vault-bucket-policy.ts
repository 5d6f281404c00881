/**
 * The vault's bucket policy: replication may add, nobody may write, hide or bypass.
 *
 * Object Lock already refuses to delete or shorten what it holds. This policy answers what Object Lock leaves open, and
 * refuses nothing that deploying needs: no statement touches a bucket-level configuration, so the deployer can always
 * change the policy back. Reading is left to the vault account's own identity policies.
 *
 * Not here, on purpose:
 * - `s3:DeleteObjectVersion`: Object Lock refuses it while retention lasts, and afterwards an expired copy may go;
 * - `s3:PutObjectRetention`, `s3:PutObjectLegalHold`: extending and holding are the owner's right, and Object Lock
 *   refuses to shorten;
 * - the walkthrough's `s3:List*`, `s3:GetBucketVersioning` and `s3:PutBucketVersioning`: across accounts they take effect only if the
 *   role's own policy allows them too, and in AWS's example it does not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
 */

import { denyInsecureTransport, policyDocument, type PolicyDocument } from "./policy-document";
import { accountOfRole, exceptRole, onlyRole } from "./role-principal";

export interface VaultBucketPolicyArgs {
  bucketArn: string;
  /** The replication role in the source account. It need not exist yet. */
  replicationRoleArn: string;
  /** Whether any rule to this vault replicates delete markers. */
  deleteMarkers: boolean;
}

export function vaultBucketPolicy(args: VaultBucketPolicyArgs): PolicyDocument {
  const { bucketArn, replicationRoleArn, deleteMarkers } = args;
  const objects = `${bucketArn}/*`;
  return policyDocument(
    {
      Sid: "AllowReplicas",
      Effect: "Allow",
      Principal: { AWS: accountOfRole(replicationRoleArn) },
      Action: [
        "s3:ReplicateObject",
        "s3:ReplicateTags",
        ...(deleteMarkers ? ["s3:ReplicateDelete"] : []),
      ],
      Resource: objects,
      Condition: onlyRole(replicationRoleArn),
    },
    denyInsecureTransport(bucketArn),
    {
      // Attack: a role of the vault account, or one added to a policy later, plants versions that look like replicas.
      Sid: "DenyOtherReplicators",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
      Resource: objects,
      Condition: exceptRole(replicationRoleArn),
    },
    {
      // Attack: forged or garbage versions on top of the true ones, or versions made public by ACL or relabelled by
      // tag. Replication writes are authorized as s3:ReplicateObject and s3:ReplicateTags, so nothing true is refused.
      Sid: "DenyDirectWrites",
      Effect: "Deny",
      Principal: "*",
      Action: [
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectVersionAcl",
        "s3:PutObjectTagging",
        "s3:PutObjectVersionTagging",
        "s3:DeleteObjectTagging",
        "s3:DeleteObjectVersionTagging",
      ],
      Resource: objects,
    },
    {
      // Attack: a delete marker on every key, so that the vault looks empty. Object Lock does not stop markers. A replicated
      // marker comes as s3:ReplicateDelete, a delete by version id as s3:DeleteObjectVersion: neither is meant here.
      Sid: "DenyHidingVersions",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:DeleteObject",
      Resource: objects,
    },
    {
      // Attack: an administrator deletes or shortens GOVERNANCE versions with the bypass header, which the console sends
      // unasked. A pilot is cleaned up by waiting for its one day, or by changing this policy first, which leaves a trace.
      Sid: "DenyGovernanceBypass",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:BypassGovernanceRetention",
      Resource: objects,
    },
  );
}
