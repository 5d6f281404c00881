import type {
  CreatePolicyResponse,
  GetPolicyResponse,
  GetPolicyVersionResponse,
  ListEntitiesForPolicyResponse,
  ListPoliciesResponse,
  ListPolicyVersionsResponse,
  Policy,
  PolicyRole,
  PolicyUser,
} from "@aws-sdk/client-iam";
import { isDeepStrictEqual } from "node:util";
import type { HandlerContext, ResourceModel, ResourceType } from "../resource-type";
import { allPages } from "./all-pages";
import { documentText } from "./policy-document";

/** `AWS::IAM::ManagedPolicy`, attached to roles and users; groups are refused by name. The identifier is the ARN. */
export const iamManagedPolicy: ResourceType = {
  actsOn: ["ManagedPolicyName", "PolicyDocument", "Description", "Path", "Roles", "Users"],

  // The ARN is made by IAM.
  identifierOf: () => undefined,

  create(model, context) {
    const name =
      (model["ManagedPolicyName"] as string | undefined) ??
      context.world.random.string(24, "abcdefghijklmnopqrstuvwxyz0123456789");
    const { Policy } = context.call<CreatePolicyResponse>("iam", "CreatePolicy", {
      PolicyName: name,
      PolicyDocument: documentText(model["PolicyDocument"]),
      Description: model["Description"],
      Path: model["Path"],
    });
    const arn = Policy?.Arn ?? "";
    try {
      attach(arn, NOBODY, wantedBy(model), context);
    } catch (error) {
      // A failed create leaves nothing behind.
      remove(arn, context);
      throw error;
    }
    return arn;
  },

  read(arn, context) {
    const { Policy: policy } = context.call<GetPolicyResponse>("iam", "GetPolicy", {
      PolicyArn: arn,
    });
    const { PolicyVersion } = context.call<GetPolicyVersionResponse>("iam", "GetPolicyVersion", {
      PolicyArn: arn,
      VersionId: policy?.DefaultVersionId,
    });
    const { roles, users } = attachedTo(arn, context);
    return JSON.parse(
      JSON.stringify({
        ManagedPolicyName: policy?.PolicyName,
        Path: policy?.Path,
        Description: policy?.Description,
        // IAM answers policy documents percent-encoded.
        PolicyDocument: JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "{}")) as unknown,
        Roles: roles.length > 0 ? roles : undefined,
        Users: users.length > 0 ? users : undefined,
        PolicyArn: arn,
        PolicyId: policy?.PolicyId,
        DefaultVersionId: policy?.DefaultVersionId,
        AttachmentCount: policy?.AttachmentCount ?? roles.length + users.length,
        PermissionsBoundaryUsageCount: policy?.PermissionsBoundaryUsageCount,
        IsAttachable: policy?.IsAttachable,
        CreateDate: policy?.CreateDate?.toISOString(),
        UpdateDate: policy?.UpdateDate?.toISOString(),
      }),
    ) as ResourceModel;
  },

  update(arn, current, desired, context) {
    if (!isDeepStrictEqual(current["PolicyDocument"], desired["PolicyDocument"])) {
      removeOldVersions(arn, context);
      context.call("iam", "CreatePolicyVersion", {
        PolicyArn: arn,
        PolicyDocument: documentText(desired["PolicyDocument"]),
        SetAsDefault: true,
      });
    }
    attach(arn, wantedBy(current), wantedBy(desired), context);
  },

  delete: remove,

  list: (_filter, context) =>
    allPages<ListPoliciesResponse, Policy>(
      (marker) => context.call("iam", "ListPolicies", { Scope: "Local", Marker: marker }),
      (page) => ({ items: page.Policies, next: page.Marker }),
    ).map((policy) => policy.Arn ?? ""),
};

interface Attachments {
  readonly roles: readonly string[];
  readonly users: readonly string[];
}

const NOBODY: Attachments = { roles: [], users: [] };

const wantedBy = (model: ResourceModel): Attachments => ({
  roles: (model["Roles"] as string[] | undefined) ?? [],
  users: (model["Users"] as string[] | undefined) ?? [],
});

function attachedTo(arn: string, context: HandlerContext): Attachments {
  type Page = ListEntitiesForPolicyResponse;
  const fetch = (marker: string | undefined): Page =>
    context.call("iam", "ListEntitiesForPolicy", { PolicyArn: arn, Marker: marker });
  return {
    roles: allPages<Page, PolicyRole>(fetch, (page) => ({
      items: page.PolicyRoles,
      next: page.Marker,
    })).map(({ RoleName = "" }) => RoleName),
    users: allPages<Page, PolicyUser>(fetch, (page) => ({
      items: page.PolicyUsers,
      next: page.Marker,
    })).map(({ UserName = "" }) => UserName),
  };
}

function attach(arn: string, had: Attachments, wanted: Attachments, context: HandlerContext): void {
  const without = (names: readonly string[], others: readonly string[]): string[] =>
    names.filter((name) => !others.includes(name));
  for (const RoleName of without(had.roles, wanted.roles)) {
    context.call("iam", "DetachRolePolicy", { RoleName, PolicyArn: arn });
  }
  for (const UserName of without(had.users, wanted.users)) {
    context.call("iam", "DetachUserPolicy", { UserName, PolicyArn: arn });
  }
  for (const RoleName of without(wanted.roles, had.roles)) {
    context.call("iam", "AttachRolePolicy", { RoleName, PolicyArn: arn });
  }
  for (const UserName of without(wanted.users, had.users)) {
    context.call("iam", "AttachUserPolicy", { UserName, PolicyArn: arn });
  }
}

/** IAM deletes no policy that is attached or has several versions. */
function remove(arn: string, context: HandlerContext): void {
  attach(arn, attachedTo(arn, context), NOBODY, context);
  removeOldVersions(arn, context);
  context.call("iam", "DeletePolicy", { PolicyArn: arn });
}

/** IAM keeps five versions at most, and deletes a policy only when the default one is left alone. */
function removeOldVersions(arn: string, context: HandlerContext): void {
  const { Versions } = context.call<ListPolicyVersionsResponse>("iam", "ListPolicyVersions", {
    PolicyArn: arn,
  });
  for (const version of Versions ?? []) {
    if (version.IsDefaultVersion) continue;
    context.call("iam", "DeletePolicyVersion", { PolicyArn: arn, VersionId: version.VersionId });
  }
}
