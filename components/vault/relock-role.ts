import type { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { besideArn } from "../beside-arn";
import { type AccountOptions, childOptions } from "../component-options";
import { relockRoleName } from "../derived-names";
import { RELOCK_PREFIXES } from "../operations-prefixes";
import { relockRolePolicy } from "../policy-documents";
import type { RoleOutputs } from "../promise/outputs";
import { makeJobRole } from "../source/service-role";

/** What `RelockRole` is given. */
export interface RelockRoleArgs {
  /** Name of the vault's bucket, which the role's is derived from. */
  vaultBucketName: pulumi.Input<string>;
  /** Without a path. */
  vaultBucketArn: pulumi.Input<string>;
  /** Of the bucket beside the vault. */
  operationsBucketName: pulumi.Input<string>;
  /** The vault's key. Undefined: S3's own keys. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /** Whether a GOVERNANCE lock may give way: where the vault promises COMPLIANCE. */
  mayBypass: boolean;
  /** @default none */
  tags?: Record<string, string> | undefined;
}

/**
 * The role that S3 Batch Operations extends locks as, in a vault's account. The vault's policy narrows down what it may do there,
 * whatever its own policy says. It goes with the stack.
 */
export class RelockRole extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:RelockRole";

  /** Known once the role may do its work. */
  readonly roleArn: pulumi.Output<string>;
  /** What the live role is held against. */
  readonly deployedRole: pulumi.Output<RoleOutputs>;

  constructor(name: string, args: RelockRoleArgs, opts: AccountOptions<Provider>) {
    super(RelockRole.pulumiType, name, {}, opts);
    const document = pulumi
      .all([args.vaultBucketArn, args.operationsBucketName, args.kmsKeyArn])
      .apply(([vaultBucketArn, operationsBucketName, kmsKeyArn]) =>
        relockRolePolicy({
          vaultBucketArn,
          operationsBucketArn: besideArn(vaultBucketArn, operationsBucketName),
          ...RELOCK_PREFIXES,
          kmsKeyArn,
          mayBypass: args.mayBypass,
        }),
      );
    const { deployedRole, roleArn } = makeJobRole(
      `${name}-role`,
      {
        roleName: pulumi.output(args.vaultBucketName).apply(relockRoleName),
        description: "Lockstep: S3 Batch Operations extends locks in the vault as this role",
        policyName: "relock",
        document,
        tags: args.tags,
      },
      childOptions(this, opts),
    );
    this.roleArn = roleArn;
    this.deployedRole = deployedRole;
    this.registerOutputs({ roleArn });
  }
}
