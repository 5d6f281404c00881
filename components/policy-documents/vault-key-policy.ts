/** Key policy of a vault's KMS key. */

import { partitionOf, s3ViaService } from "../config/values";
import { keyUsedByInventory } from "./inventory-delivery";
import { policyDocument, type PolicyDocument } from "./policy-document";
import { REPLICA_KEY_ACTIONS } from "./replication-role-policy";
import { exceptRoles, onlyRoles, rolesByAccount, sidOfAccount } from "./role-principal";

/** What `vaultKeyPolicy` is made of. */
export interface VaultKeyPolicyArgs {
  /** The vault account, which owns the key. */
  accountId: string;
  /** Of the vault and its key. */
  region: string;
  /** At least one. */
  replicationRoleArns: readonly string[];
  /** The one role that may disable the key, schedule its deletion or change this policy. Undefined: the account's own decide. */
  breakGlassRoleArn?: string | undefined;
  /** The vault, where S3 delivers inventories of it that are under the key. Without a path. */
  inventoryOfArn?: string | undefined;
}

/** What makes everything under a key unreadable, or takes away the refusal of it. */
export const KEY_LOSS_ACTIONS = [
  "kms:ScheduleKeyDeletion",
  "kms:DisableKey",
  "kms:PutKeyPolicy",
  "kms:DisableKeyRotation",
  // Of a key whose material was imported, which a given key may be.
  "kms:DeleteImportedKeyMaterial",
];

/**
 * The vault account administers its key; the replication roles may use it through S3 in the vault's Region.
 *
 * `kms:Decrypt` is needed with S3 Bucket Keys, which vaults use: S3 decrypts the bucket's data key for each replica.
 * Object Lock does not protect against the loss of a key. With a break-glass role, nobody else can cause it; without one,
 * whoever administers the account can, and `kms: none` is the safer choice.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function vaultKeyPolicy(args: VaultKeyPolicyArgs): PolicyDocument {
  const { accountId, breakGlassRoleArn, inventoryOfArn, region, replicationRoleArns: roles } = args;
  return policyDocument(
    administeredBy("AdministeredByVaultAccount", accountId, region),
    ...rolesByAccount(roles).map(({ accountId: owner, principalArn, roleArns }, _, accounts) => ({
      Sid: sidOfAccount("UsedByReplication", owner, accounts),
      Effect: "Allow" as const,
      Principal: { AWS: principalArn },
      Action: [...REPLICA_KEY_ACTIONS],
      Resource: "*",
      Condition: {
        ...onlyRoles(roleArns),
        StringEquals: { "kms:ViaService": s3ViaService(region) },
      },
    })),
    inventoryOfArn === undefined
      ? undefined
      : {
          Sid: "UsedByInventory",
          ...keyUsedByInventory({ accountId, bucketArn: inventoryOfArn }),
        },
    breakGlassRoleArn === undefined
      ? undefined
      : {
          // Attack: the key is scheduled for deletion by those who administer the vault, and every replica with it.
          Sid: "DenyKeyLoss",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: KEY_LOSS_ACTIONS,
          Resource: "*",
          Condition: exceptRoles([breakGlassRoleArn]),
        },
  );
}

/**
 * Key policy of a source bucket's own key. The account's identity policies decide who may use it; the replication role has
 * `kms:Decrypt` there, bound to S3 and to the bucket.
 */
export function sourceKeyPolicy(args: { accountId: string; region: string }): PolicyDocument {
  return policyDocument(administeredBy("AdministeredBySourceAccount", args.accountId, args.region));
}

function administeredBy(Sid: string, accountId: string, region: string) {
  return {
    Sid,
    Effect: "Allow" as const,
    Principal: { AWS: `arn:${partitionOf(region)}:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}
