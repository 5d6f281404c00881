import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { RolesConfig } from "../config/types";
import type { RoleOutputs, RolePolicyOutputs } from "../promise/outputs";
import { batchRoleTrust, type PolicyDocument } from "../policy-documents";
import { type GuaranteeProblem, type Transform, transformed } from "../transform";

/** What roles of one account have in common, as the config says it. */
export interface RoleSettings {
  /** Boundary, path and further tags of the roles. @default no boundary, path `/` */
  roles?: RolesConfig | undefined;
  /** Of everything that is made beside the roles, and of them. */
  tags?: Record<string, string> | undefined;
}

export interface ServiceRoleArgs extends RoleSettings {
  /** @default one that Pulumi makes up */
  roleName?: pulumi.Input<string>;
  description: string;
  trust: PolicyDocument;
  /** Changes the role before it is made. Name, path and trust have to stay. */
  transform?: { path: string; change: Transform<iam.RoleArgs> | undefined };
}

/** A role that a service of AWS assumes: made alike wherever we need one, under the boundary that the account asks for. */
export function makeServiceRole(
  name: string,
  args: ServiceRoleArgs,
  opts: pulumi.CustomResourceOptions,
): ServiceRole {
  const { description, roleName, roles, tags, trust } = args;
  const role: iam.RoleArgs = {
    ...(roleName === undefined ? {} : { name: roleName }),
    ...(roles?.path === undefined ? {} : { path: roles.path }),
    ...(roles?.permissionsBoundary === undefined
      ? {}
      : { permissionsBoundary: roles.permissionsBoundary }),
    description,
    assumeRolePolicy: JSON.stringify(trust),
    ...tagsOf({ ...tags, ...roles?.tags }),
  };
  const declared = transformed(
    args.transform?.path ?? "transforms",
    args.transform?.change,
    role,
    name,
    (changed) => roleProblems(role, changed),
  );
  // A new path makes a new role of the same name, for which the old one has to be gone.
  const made = new iam.Role(name, declared, { ...opts, deleteBeforeReplace: true });
  return { role: made, deployed: (policies) => deployedRole(made, declared, trust, policies) };
}

/** A role, and what it is deployed with beside the policies that are resources of their own. */
export interface ServiceRole {
  role: iam.Role;
  deployed: (policies: pulumi.Input<RolePolicyOutputs>[]) => pulumi.Output<RoleOutputs>;
}

/** A role that S3 Batch Operations works as, and the one policy that it has. */
export interface JobRoleArgs extends Omit<ServiceRoleArgs, "trust"> {
  policyName: string;
  document: pulumi.Output<PolicyDocument>;
}

/** Makes it. @returns its ARN, known once it may do its work, and what the live one is held against */
export function makeJobRole(
  name: string,
  { document, policyName, ...args }: JobRoleArgs,
  own: pulumi.CustomResourceOptions,
): { roleArn: pulumi.Output<string>; deployedRole: pulumi.Output<RoleOutputs> } {
  const { deployed, role } = makeServiceRole(name, { ...args, trust: batchRoleTrust() }, own);
  const policy = new iam.RolePolicy(
    `${name}-policy`,
    {
      role: role.name,
      name: policyName,
      policy: document.apply((value) => JSON.stringify(value)),
    },
    own,
  );
  return {
    roleArn: pulumi.all([role.arn, policy.id]).apply(([arn]) => arn),
    deployedRole: deployed([
      document.apply(({ Statement }) => ({ name: policyName, statements: Statement })),
    ]),
  };
}

/** Of what was declared, not of what the provider reads: a refresh reads what others attached, too. */
function deployedRole(
  role: iam.Role,
  declared: iam.RoleArgs,
  trust: PolicyDocument,
  policies: pulumi.Input<RolePolicyOutputs>[],
): pulumi.Output<RoleOutputs> {
  const { inlinePolicies, managedPolicyArns, permissionsBoundary } = declared;
  return pulumi
    .all([
      role.arn,
      pulumi.all(policies),
      pulumi.output(inlinePolicies),
      pulumi.output(managedPolicyArns),
      permissionsBoundary,
    ])
    .apply(([roleArn, ours, theirs = [], managed = [], boundary]) => ({
      roleArn,
      existing: false,
      trustStatements: trust.Statement,
      policies: [...ours, ...theirs.flatMap(inlinePolicy)],
      managedPolicyArns: managed,
      ...(boundary === undefined || boundary === "" ? {} : { permissionsBoundary: boundary }),
    }));
}

/** An inline policy that a transform added. Without a document it is a place that the provider keeps empty. */
function inlinePolicy({ name, policy }: { name?: string; policy?: string }): RolePolicyOutputs[] {
  if (name === undefined || policy === undefined) return [];
  const { Statement } = JSON.parse(policy) as PolicyDocument;
  return [{ name, statements: [Statement].flat() }];
}

/** The member `tags`, left out where there is none: a resource without it shows no change. */
export function tagsOf(tags: Record<string, string> | undefined): {
  tags?: Record<string, string>;
} {
  return tags === undefined || Object.keys(tags).length === 0 ? {} : { tags };
}

/** What the vaults' policies and S3 go by. */
function roleProblems(role: iam.RoleArgs, changed: iam.RoleArgs): GuaranteeProblem[] {
  const kept = ["name", "path", "assumeRolePolicy"] as const;
  return kept
    .filter((member) => changed[member] !== role[member])
    .map((path) => ({
      path,
      reason:
        "expected it unchanged: the vaults' policies name the role by its ARN, and S3 has to be able to assume it",
    }));
}

/** As `tagsOf`, in the form of `aws-native`. */
export function tagListOf(tags: Record<string, string> = {}): {
  tags?: { key: string; value: string }[];
} {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  return list.length === 0 ? {} : { tags: list };
}
