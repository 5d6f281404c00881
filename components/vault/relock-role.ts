import * as iam from "@pulumi/aws/iam";
import type { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { besideArn } from "../beside-arn";
import { type AccountOptions, childOptions } from "../component-options";
import { relockRoleName } from "../derived-names";
import { RELOCK_PREFIXES } from "../operations-prefixes";
import { batchRoleTrust, relockRolePolicy } from "../policy-documents";
import type { RoleOutputs } from "../promise/outputs";
import { makeServiceRole } from "../source/service-role";

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
    const own = childOptions(this, opts);
    const { deployed, role } = makeServiceRole(
      `${name}-role`,
      {
        roleName: pulumi.output(args.vaultBucketName).apply(relockRoleName),
        description: "Lockstep: S3 Batch Operations extends locks in the vault as this role",
        trust: batchRoleTrust(),
        tags: args.tags,
      },
      own,
    );
    const policyName = "relock";
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
    const policy = new iam.RolePolicy(
      `${name}-role-policy`,
      {
        role: role.name,
        name: policyName,
        policy: document.apply((value) => JSON.stringify(value)),
      },
      own,
    );
    this.roleArn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.deployedRole = deployed([
      document.apply(({ Statement }) => ({ name: policyName, statements: Statement })),
    ]);
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
