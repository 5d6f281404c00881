/** Key policy of a vault's KMS key. */

import { partitionOf, s3ViaService } from "../config/values";
import { policyDocument, type PolicyDocument } from "./policy-document";
import { accountOfRole, onlyRole } from "./role-principal";

export interface VaultKeyPolicyArgs {
  /** The vault account, which owns the key. */
  accountId: string;
  region: string;
  replicationRoleArn: string;
}

/**
 * The vault account administers its key; the replication role may use it through S3 in the vault's Region.
 *
 * `kms:Decrypt` is needed with S3 Bucket Keys, which vaults use: S3 decrypts the bucket's data key for each replica.
 * A statement that refuses to disable or delete the key is not here: it would bind the account that can rewrite this
 * policy anyway. Where that risk counts, `kms: none` has no key to lose.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function vaultKeyPolicy(args: VaultKeyPolicyArgs): PolicyDocument {
  const partition = partitionOf(args.region);
  return policyDocument(
    {
      Sid: "AdministeredByVaultAccount",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${args.accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "UsedByReplication",
      Effect: "Allow",
      Principal: { AWS: accountOfRole(args.replicationRoleArn) },
      Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: {
        ...onlyRole(args.replicationRoleArn),
        StringEquals: { "kms:ViaService": s3ViaService(args.region) },
      },
    },
  );
}
