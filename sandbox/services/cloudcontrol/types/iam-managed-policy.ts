import type {
  CreatePolicyResponse,
  GetPolicyResponse,
  GetPolicyVersionResponse,
  ListPoliciesResponse,
  ListPolicyVersionsResponse,
  Policy,
} from "@aws-sdk/client-iam";
import { isDeepStrictEqual } from "node:util";
import type { HandlerContext, ResourceModel, ResourceType } from "../resource-type";
import { allPages } from "./all-pages";
import { documentText } from "./policy-document";

/** `AWS::IAM::ManagedPolicy`, attached to roles; users and groups are refused by name. The identifier is the ARN. */
export const iamManagedPolicy: ResourceType = {
  actsOn: ["ManagedPolicyName", "PolicyDocument", "Description", "Path", "Roles"],

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
    attach(arn, [], rolesOf(model), context);
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
    const roles = attachedRoles(arn, context);
    return JSON.parse(
      JSON.stringify({
        ManagedPolicyName: policy?.PolicyName,
        Path: policy?.Path,
        Description: policy?.Description,
        // IAM answers policy documents percent-encoded.
        PolicyDocument: JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "{}")) as unknown,
        Roles: roles.length > 0 ? roles : undefined,
        PolicyArn: arn,
        PolicyId: policy?.PolicyId,
        DefaultVersionId: policy?.DefaultVersionId,
        AttachmentCount: policy?.AttachmentCount ?? roles.length,
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
    attach(arn, rolesOf(current), rolesOf(desired), context);
  },

  delete(arn, context) {
    attach(arn, attachedRoles(arn, context), [], context);
    removeOldVersions(arn, context);
    context.call("iam", "DeletePolicy", { PolicyArn: arn });
  },

  list: (_filter, context) =>
    allPages<ListPoliciesResponse, Policy>(
      (marker) => context.call("iam", "ListPolicies", { Scope: "Local", Marker: marker }),
      (page) => ({ items: page.Policies, next: page.Marker }),
    ).map((policy) => policy.Arn ?? ""),
};

const rolesOf = (model: ResourceModel): string[] => (model["Roles"] as string[] | undefined) ?? [];

function attachedRoles(arn: string, context: HandlerContext): string[] {
  const { PolicyRoles } = context.call<{ PolicyRoles?: { RoleName?: string }[] }>(
    "iam",
    "ListEntitiesForPolicy",
    { PolicyArn: arn, EntityFilter: "Role" },
  );
  return (PolicyRoles ?? []).map((role) => role.RoleName ?? "");
}

function attach(
  arn: string,
  had: readonly string[],
  wanted: readonly string[],
  context: HandlerContext,
): void {
  for (const role of had.filter((each) => !wanted.includes(each))) {
    context.call("iam", "DetachRolePolicy", { RoleName: role, PolicyArn: arn });
  }
  for (const role of wanted.filter((each) => !had.includes(each))) {
    context.call("iam", "AttachRolePolicy", { RoleName: role, PolicyArn: arn });
  }
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
