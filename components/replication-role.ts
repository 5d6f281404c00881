import * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import type { Provider } from "@pulumi/aws/provider";
import { type AccountOptions, childOptions } from "./component-options";
import { replicationRolePolicy, replicationRoleTrust } from "./policy-documents";
import { ArgumentProblems } from "./validation";

/** A vault as the role needs to know it. */
export interface ReplicationRoleTarget {
  bucketName: pulumi.Input<string>;
  region: string;
  /** Key of the replicas. Leave out when the vault uses S3's own keys. */
  kmsKeyArn?: pulumi.Input<string>;
  /** Whether any rule to this vault replicates delete markers. */
  deleteMarkers: boolean;
}

export interface ReplicationRoleArgs {
  /** Name of the role. The vaults' policies name it too: changing it replaces the role and must change them. */
  roleName: pulumi.Input<string>;
  source: { bucketName: pulumi.Input<string>; region: string; accountId: string };
  /** At least one vault. */
  targets: ReplicationRoleTarget[];
}

/** The role that S3 assumes to replicate. Holds no data and may be made again at any time. */
export class ReplicationRole extends pulumi.ComponentResource {
  static readonly pulumiType = "lockstep:index:ReplicationRole";

  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: ReplicationRoleArgs, opts: AccountOptions<Provider>) {
    super(ReplicationRole.pulumiType, name, {}, opts);
    const problems = new ArgumentProblems();
    if (args.targets.length === 0) problems.add("targets", "expected at least one vault");
    problems.throwIfAny("ReplicationRole");

    const role = new iam.Role(
      `${name}-role`,
      {
        name: args.roleName,
        description: "Lockstep: S3 replicates versions into the vaults as this role",
        assumeRolePolicy: JSON.stringify(replicationRoleTrust()),
      },
      childOptions(this, opts),
    );
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        name: "replicate",
        policy: pulumi
          .all([args.source, args.targets])
          .apply(([source, targets]) => JSON.stringify(replicationRolePolicy({ source, targets }))),
      },
      childOptions(this, opts),
    );

    // Only once the role may do its work is its ARN handed on: a configuration that comes first fails its first objects,
    // and S3 does not try those again.
    this.roleArn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
