import type {
  CreateRoleResponse,
  GetRolePolicyResponse,
  GetRoleResponse,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesResponse,
  ListRolesResponse,
  Role,
} from "@aws-sdk/client-iam";
import { isDeepStrictEqual } from "node:util";
import { type HandlerContext, type ResourceType } from "../resource-type";
import { allPages } from "./all-pages";
import { documentText } from "./policy-document";
import type { CfnTag } from "./s3-bucket-shapes";

interface CfnRole {
  RoleName?: string;
  AssumeRolePolicyDocument: object | string;
  Description?: string;
  Path?: string;
  MaxSessionDuration?: number;
  PermissionsBoundary?: string;
  ManagedPolicyArns?: string[];
  Policies?: { PolicyName: string; PolicyDocument: object | string }[];
  Tags?: CfnTag[];
}

/** `AWS::IAM::Role` with its inline and attached policies, over IAM's own operations. */
const DEFAULT_SESSION_SECONDS = 3600;

export const iamRole: ResourceType = {
  actsOn: [
    "RoleName",
    "AssumeRolePolicyDocument",
    "Description",
    "Path",
    "MaxSessionDuration",
    "PermissionsBoundary",
    "ManagedPolicyArns",
    "Policies",
    "Tags",
  ],

  identifierOf: (model) => (model as unknown as CfnRole).RoleName,

  create(model, context) {
    const desired = model as unknown as CfnRole;
    const roleName =
      desired.RoleName ?? context.world.random.string(24, "abcdefghijklmnopqrstuvwxyz0123456789");
    context.call<CreateRoleResponse>("iam", "CreateRole", {
      RoleName: roleName,
      AssumeRolePolicyDocument: documentText(desired.AssumeRolePolicyDocument),
      Description: desired.Description,
      Path: desired.Path,
      MaxSessionDuration: desired.MaxSessionDuration,
      PermissionsBoundary: desired.PermissionsBoundary,
      Tags: desired.Tags,
    });
    try {
      updatePolicies(roleName, {}, desired, context);
    } catch (error) {
      removeRole(roleName, context);
      throw error;
    }
    return roleName;
  },

  read(roleName, context) {
    const { Role: role } = context.call<GetRoleResponse>("iam", "GetRole", { RoleName: roleName });
    return JSON.parse(
      JSON.stringify({
        RoleName: role?.RoleName,
        Arn: role?.Arn,
        RoleId: role?.RoleId,
        AssumeRolePolicyDocument: parseDocument(role?.AssumeRolePolicyDocument),
        Description: role?.Description,
        Path: role?.Path,
        MaxSessionDuration: role?.MaxSessionDuration,
        PermissionsBoundary: role?.PermissionsBoundary?.PermissionsBoundaryArn,
        ManagedPolicyArns: attachedArns(roleName, context),
        Policies: inlinePolicies(roleName, context),
        Tags: role?.Tags,
      }),
    ) as Record<string, unknown>;
  },

  update(roleName, current, desired, context) {
    const before = current as unknown as CfnRole;
    const after = desired as unknown as CfnRole;
    if (!isDeepStrictEqual(before.AssumeRolePolicyDocument, after.AssumeRolePolicyDocument)) {
      context.call("iam", "UpdateAssumeRolePolicy", {
        RoleName: roleName,
        PolicyDocument: documentText(after.AssumeRolePolicyDocument),
      });
    }
    if (
      before.Description !== after.Description ||
      before.MaxSessionDuration !== after.MaxSessionDuration
    ) {
      context.call("iam", "UpdateRole", {
        RoleName: roleName,
        // IAM keeps what is not given; a property that was taken away goes back to what a new role has.
        Description: after.Description ?? (before.Description === undefined ? undefined : ""),
        MaxSessionDuration: after.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      });
    }
    if (before.PermissionsBoundary !== after.PermissionsBoundary) {
      context.call(
        "iam",
        after.PermissionsBoundary ? "PutRolePermissionsBoundary" : "DeleteRolePermissionsBoundary",
        { RoleName: roleName, PermissionsBoundary: after.PermissionsBoundary },
      );
    }
    updatePolicies(roleName, before, after, context);
    updateTags(roleName, before.Tags ?? [], after.Tags ?? [], context);
  },

  delete: removeRole,

  list: (_filter, context) =>
    allPages<ListRolesResponse, Role>(
      (marker) => context.call("iam", "ListRoles", { Marker: marker }),
      (page) => ({ items: page.Roles, next: page.Marker }),
    ).map((role) => role.RoleName ?? ""),
};

// IAM answers policy documents percent-encoded.
const parseDocument = (text: string | undefined): unknown =>
  JSON.parse(decodeURIComponent(text ?? "{}"));

function attachedArns(roleName: string, context: HandlerContext): string[] | undefined {
  const { AttachedPolicies } = context.call<ListAttachedRolePoliciesResponse>(
    "iam",
    "ListAttachedRolePolicies",
    { RoleName: roleName },
  );
  const arns = (AttachedPolicies ?? []).map((policy) => policy.PolicyArn ?? "");
  return arns.length > 0 ? arns : undefined;
}

function inlinePolicies(roleName: string, context: HandlerContext): CfnRole["Policies"] {
  const { PolicyNames } = context.call<ListRolePoliciesResponse>("iam", "ListRolePolicies", {
    RoleName: roleName,
  });
  const policies = (PolicyNames ?? []).map((policyName) => ({
    PolicyName: policyName,
    PolicyDocument: parseDocument(
      context.call<GetRolePolicyResponse>("iam", "GetRolePolicy", {
        RoleName: roleName,
        PolicyName: policyName,
      }).PolicyDocument,
    ) as object,
  }));
  return policies.length > 0 ? policies : undefined;
}

function updatePolicies(
  roleName: string,
  before: Partial<CfnRole>,
  after: Partial<CfnRole>,
  context: HandlerContext,
): void {
  const had = before.ManagedPolicyArns ?? [];
  const wanted = after.ManagedPolicyArns ?? [];
  for (const arn of had.filter((each) => !wanted.includes(each))) {
    context.call("iam", "DetachRolePolicy", { RoleName: roleName, PolicyArn: arn });
  }
  for (const arn of wanted.filter((each) => !had.includes(each))) {
    context.call("iam", "AttachRolePolicy", { RoleName: roleName, PolicyArn: arn });
  }
  // Inline policies that were made as resources of their own (AWS::IAM::RolePolicy) stay: only those that the model
  // named before are taken away.
  const policies = after.Policies ?? [];
  for (const { PolicyName } of before.Policies ?? []) {
    if (policies.some((policy) => policy.PolicyName === PolicyName)) continue;
    context.call("iam", "DeleteRolePolicy", { RoleName: roleName, PolicyName });
  }
  for (const { PolicyName, PolicyDocument } of policies) {
    context.call("iam", "PutRolePolicy", {
      RoleName: roleName,
      PolicyName,
      PolicyDocument: documentText(PolicyDocument),
    });
  }
}

function updateTags(
  roleName: string,
  before: readonly CfnTag[],
  after: readonly CfnTag[],
  context: HandlerContext,
): void {
  const gone = before.filter((tag) => !after.some((other) => other.Key === tag.Key));
  const changed = after.filter(
    (tag) => !before.some((other) => other.Key === tag.Key && other.Value === tag.Value),
  );
  if (gone.length > 0) {
    context.call("iam", "UntagRole", { RoleName: roleName, TagKeys: gone.map((tag) => tag.Key) });
  }
  if (changed.length > 0) context.call("iam", "TagRole", { RoleName: roleName, Tags: changed });
}

/** CloudFormation takes the role's policies away before the role. */
function removeRole(roleName: string, context: HandlerContext): void {
  for (const arn of attachedArns(roleName, context) ?? []) {
    context.call("iam", "DetachRolePolicy", { RoleName: roleName, PolicyArn: arn });
  }
  for (const { PolicyName } of inlinePolicies(roleName, context) ?? []) {
    context.call("iam", "DeleteRolePolicy", { RoleName: roleName, PolicyName });
  }
  context.call("iam", "DeleteRole", { RoleName: roleName });
}
