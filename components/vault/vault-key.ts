/** Which key a vault encrypts with, be the vault made or adopted. */

import * as pulumi from "@pulumi/pulumi";
import { bucketArn, partitionOf } from "../config/values";
import { vaultKeyAlias } from "../derived-names";
import { type PolicyDocument, type PolicyStatement, vaultKeyPolicy } from "../policy-documents";
import type { CheckedVault, VaultArgs } from "./vault-args";

/** A vault's key: its ARN, and the statements of its policy where the key is ours. */
export interface VaultKey {
  arn: pulumi.Output<string>;
  statements?: pulumi.Output<PolicyStatement[]>;
}

/** A key of our own, in the words that both providers have. */
export interface OwnKey {
  policy: pulumi.Output<PolicyDocument>;
  aliasName: pulumi.Output<string>;
  settings: {
    description: pulumi.Output<string>;
    enableKeyRotation: true;
    bypassPolicyLockoutSafetyCheck?: true;
  };
}

/**
 * @param declare declares a key of our own with its alias, by the provider of the vault, and answers its ARN
 * @returns the key that was made or given, or undefined: S3's own keys
 */
export function makeKey(
  args: VaultArgs,
  checked: CheckedVault,
  declare: (own: OwnKey) => pulumi.Output<string>,
): VaultKey | undefined {
  const { accountId, breakGlassRoleArn, region, kms: choice = "none" } = args;
  if (choice === "none") return undefined;
  if (choice !== "create") return { arn: pulumi.output(choice) };
  const policy = pulumi
    .all([checked.replicationRoleArns, checked.bucketName])
    .apply(([replicationRoleArns, bucketName]) =>
      vaultKeyPolicy({
        accountId,
        region,
        replicationRoleArns,
        breakGlassRoleArn,
        ...(args.inventory === true
          ? { inventoryOfArn: bucketArn(partitionOf(region), bucketName) }
          : {}),
      }),
    );
  const arn = declare({
    policy,
    aliasName: checked.bucketName.apply(vaultKeyAlias),
    settings: {
      description: pulumi.interpolate`Lockstep: replicas in ${checked.bucketName}`,
      enableKeyRotation: true,
      // KMS refuses a policy that its author could not change again, which is just what a break-glass role is for.
      ...(breakGlassRoleArn === undefined ? {} : { bypassPolicyLockoutSafetyCheck: true }),
    },
  });
  return { arn, statements: policy.apply(({ Statement }) => Statement) };
}
