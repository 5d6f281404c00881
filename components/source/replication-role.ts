import * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import type { Provider } from "@pulumi/aws/provider";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "../component-options";
import { parseRoleArn } from "../config/values";
import { replicationRolePolicy, replicationRoleTrust } from "../policy-documents";
import type { RoleOutputs } from "../promise/outputs";
import { makeServiceRole, type RoleSettings, type ServiceRole } from "./service-role";
import type { Transform } from "../transform";
import { ArgumentProblems } from "../validation";

/** A vault as the role needs to know it. */
export interface ReplicationRoleTarget {
  /** Name of the vault's bucket. */
  bucketName: pulumi.Input<string>;
  /** Of the vault's bucket. */
  region: string;
  /** Keys of the replicas. Empty when there are only S3's own. */
  kmsKeyArns: pulumi.Input<string>[];
  /** Whether any rule to this vault replicates delete markers. */
  deleteMarkers: boolean;
  /** Whether any rule to this vault hands the replicas' ownership over. */
  ownerOverride: boolean;
}

/** What `ReplicationRole` is given. */
export interface ReplicationRoleArgs extends RoleSettings {
  /** Name of the role. The vaults' policies name it too: changing it replaces the role and must change them. */
  roleName: pulumi.Input<string>;
  /**
   * A role that replicates the bucket already. It gets one more inline policy, and stays otherwise as it is.
   * @default a role of our own
   */
  existingRoleArn?: string;
  /** Changes the role before it is made. Name, path and trust have to stay. */
  transform?: Transform<iam.RoleArgs>;
  /** Whether the existing role's new policy stays on destroy, since rules that need it stay. @default false */
  keepPolicy?: boolean;
  /** Where the role reads. */
  source: {
    /** As S3 has it. */
    bucketName: pulumi.Input<string>;
    /** Of the bucket. */
    region: string;
    /** Twelve digits. Owner of the bucket and of the role. */
    accountId: string;
    /** Whether any rule takes versions under SSE-KMS. */
    sseKmsEncryptedObjects: boolean;
    /** Keys that versions are under. Empty: any key of the account, through S3 and for this bucket. */
    kmsKeyArns: pulumi.Input<string>[];
  };
  /** At least one vault. */
  targets: ReplicationRoleTarget[];
}

/** The role that S3 assumes to replicate. Holds no data and may be made again at any time. */
export class ReplicationRole extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:ReplicationRole";

  /** Known once the role may do its work. */
  readonly roleArn: pulumi.Output<string>;
  /** What the live role is held against. */
  readonly deployed: pulumi.Output<RoleOutputs>;

  constructor(name: string, args: ReplicationRoleArgs, opts: AccountOptions<Provider>) {
    super(ReplicationRole.pulumiType, name, {}, opts);
    const existing = checkArgs(name, args);
    const { deployed, role } =
      existing === undefined
        ? makeRole(name, args, childOptions(this, opts))
        : existingRole(existing);
    const policyName =
      existing === undefined
        ? pulumi.output("replicate")
        : pulumi.interpolate`lockstep-${args.source.bucketName}`;
    const document = pulumi
      .all([args.source, args.targets])
      .apply(([source, targets]) => replicationRolePolicy({ source, targets }));
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        name: policyName,
        policy: document.apply((value) => JSON.stringify(value)),
      },
      { ...childOptions(this, opts), ...(args.keepPolicy === true ? KEEP_ON_DESTROY : {}) },
    );

    // Only once the role may do its work is its ARN handed on: a configuration that comes first fails its first objects,
    // and S3 does not try those again.
    this.roleArn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.deployed = deployed([
      pulumi
        .all([policyName, document])
        .apply(([named, { Statement }]) => ({ name: named, statements: Statement })),
    ]);
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function makeRole(
  name: string,
  args: ReplicationRoleArgs,
  opts: pulumi.CustomResourceOptions,
): ServiceRole {
  const { roleName, roles, tags, transform } = args;
  return makeServiceRole(
    `${name}-role`,
    {
      roleName,
      description: "Lockstep: S3 replicates versions into the vaults as this role",
      trust: replicationRoleTrust(),
      roles,
      tags,
      transform: { path: "transforms.replicationRole", change: transform },
    },
    opts,
  );
}

/** Of a role that was there before, only the policy that it gets is ours. */
function existingRole(role: { name: string; arn: string }): {
  role: typeof role;
  deployed: ServiceRole["deployed"];
} {
  return {
    role,
    deployed: (policies) =>
      pulumi.all(policies).apply((ours) => ({
        roleArn: role.arn,
        existing: true,
        policies: ours,
        managedPolicyArns: [],
      })),
  };
}

/**
 * @returns the existing role, when there is one
 * @throws ArgumentsError with everything that is wrong
 */
function checkArgs(
  name: string,
  args: ReplicationRoleArgs,
): { name: string; arn: string } | undefined {
  const problems = new ArgumentProblems("ReplicationRole", name);
  if (args.targets.length === 0) problems.add("targets", "expected at least one vault");
  const { existingRoleArn: arn } = args;
  const role = arn === undefined ? undefined : parseRoleArn(arn);
  if (arn !== undefined && role?.accountId !== args.source.accountId) {
    problems.add(
      "existingRoleArn",
      `expected the ARN of a role of account ${args.source.accountId}, got "${arn}"`,
    );
  }
  problems.throwIfAny();
  return arn === undefined || role === undefined ? undefined : { name: role.name, arn };
}
