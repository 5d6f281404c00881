import * as iam from "@pulumi/aws/iam";
import type { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { type AccountOptions, childOptions } from "../component-options";
import { checksumRoleName } from "../derived-names";
import { CHECKSUM_PREFIXES } from "../operations-prefixes";
import { batchRoleTrust, checksumRolePolicy } from "../policy-documents";
import type { RoleOutputs } from "../promise/outputs";
import { makeServiceRole, type RoleSettings } from "../source/service-role";

/** What `ChecksumRole` is given. */
export interface ChecksumRoleArgs extends RoleSettings {
  /** Whether the bucket is a source or a vault: in a chain it is both, and has a role as either. */
  side: "source" | "vault";
  /** Twelve digits. Owner of the bucket. */
  accountId: string;
  /** Of the bucket. */
  region: string;
  /** The bucket whose versions are read. The role's name is derived from it. */
  bucketName: pulumi.Input<string>;
  /** Of the bucket beside it. */
  operationsBucketName: pulumi.Input<string>;
  /** Key that the operations bucket is under. Undefined: S3's own keys. */
  operationsKmsKeyArn?: pulumi.Input<string> | undefined;
}

/**
 * The role that S3 Batch Operations computes checksums as, in the account of a source or of a vault. It reads and changes nothing. It
 * goes with the stack.
 */
export class ChecksumRole extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:ChecksumRole";

  /** Known once the role may do its work. */
  readonly roleArn: pulumi.Output<string>;
  /** What the live role is held against. */
  readonly deployedRole: pulumi.Output<RoleOutputs>;

  constructor(name: string, args: ChecksumRoleArgs, opts: AccountOptions<Provider>) {
    super(ChecksumRole.pulumiType, name, {}, opts);
    const { accountId, region, side } = args;
    const own = childOptions(this, opts);
    const { deployed, role } = makeServiceRole(
      `${name}-role`,
      {
        roleName: pulumi.output(args.bucketName).apply((one) => checksumRoleName(side, one)),
        description:
          "Lockstep: S3 Batch Operations computes checksums of what is stored as this role",
        trust: batchRoleTrust(),
        roles: args.roles,
        tags: args.tags,
      },
      own,
    );
    const policyName = "checksum";
    const document = pulumi
      .all([args.bucketName, args.operationsBucketName, args.operationsKmsKeyArn])
      .apply(([bucketName, operationsBucketName, operationsKmsKeyArn]) =>
        checksumRolePolicy({
          accountId,
          region,
          bucketName,
          operationsBucketName,
          ...CHECKSUM_PREFIXES,
          operationsKmsKeyArn,
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
