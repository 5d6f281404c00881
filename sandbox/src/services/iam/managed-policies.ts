import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  Policy as PolicyShape,
  TagPolicyRequest,
  UntagPolicyRequest,
} from "@aws-sdk/client-iam";
import type { CompiledPolicy } from "../../authorization/model";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation, RequestContext } from "../../world/operation";
import {
  accountNeed,
  accountOf,
  findManagedPolicy,
  managedPolicyNeed,
  newResourceNeeds,
} from "./access";
import { AWS_MANAGED_POLICIES } from "./aws-managed-policies";
import * as errors from "./errors";
import {
  checkName,
  checkPath,
  compileDocument,
  countedCharacters,
  page,
  QUOTAS,
} from "./input-rules";
import type { Identity, ManagedPolicy } from "./model";
import { putTags, removeTags, tagList } from "./tags";

export const createPolicy: Operation<CreatePolicyRequest, CreatePolicyResponse> = {
  access: (input, context) =>
    newResourceNeeds(context, {
      kind: "policy",
      path: checkPath(input.Path),
      name: checkName(input.PolicyName, "policyName", 128),
      tags: input.Tags,
    }),
  handle(input, context) {
    const { iam } = context.world;
    const accountId = accountOf(context);
    const name = checkName(input.PolicyName, "policyName", 128);
    const path = checkPath(input.Path);
    const { policies } = iam.account(accountId);
    const taken = [...policies.values()].some(
      (other) => other.name.toLowerCase() === name.toLowerCase(),
    );
    if (taken) throw errors.policyExists(name);
    const document = compileManaged(input.PolicyDocument);
    const tags = new Map<string, string>();
    putTags(tags, input.Tags ?? []);
    const createdEpochMs = context.nowEpochMs;
    const policy: ManagedPolicy = {
      accountId,
      path,
      name,
      arn: `arn:aws:iam::${accountId}:policy${path}${name}`,
      id: iam.newId("ANPA"),
      description: input.Description,
      createdEpochMs,
      updatedEpochMs: createdEpochMs,
      versions: [{ versionId: "v1", policy: document, createdEpochMs }],
      defaultVersionId: "v1",
      nextVersionNumber: 2,
      tags,
    };
    policies.set(policy.arn, policy);
    return { Policy: describe(policy, context) };
  },
};

export const getPolicy: Operation<GetPolicyRequest, GetPolicyResponse> = {
  access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    return {
      Policy: {
        ...describe(policy, context),
        Description: policy.description,
        Tags: tagList(policy.tags),
      },
    };
  },
};

export const listPolicies: Operation<ListPoliciesRequest, ListPoliciesResponse> = {
  access: (input, context) =>
    accountNeed(context, `arn:aws:iam::${accountOf(context)}:policy${input.PathPrefix ?? "/"}`),
  handle(input, context) {
    const scope: string = input.Scope ?? "All";
    const own = [...context.world.iam.account(accountOf(context)).policies.values()];
    const candidates = [
      ...(scope === "AWS" ? [] : own),
      ...(scope === "Local" ? [] : AWS_MANAGED_POLICIES.values()),
    ];
    const usage: string = input.PolicyUsageFilter ?? "";
    const policies = candidates
      .filter((policy) => policy.path.startsWith(input.PathPrefix ?? "/"))
      .filter((policy) => {
        const { attached, boundaries } = usersOf(policy, context);
        if (input.OnlyAttached === true && attached.length === 0) return false;
        if (usage === "PermissionsPolicy") return attached.length > 0;
        return usage !== "PermissionsBoundary" || boundaries.length > 0;
      });
    const { items, ...rest } = page(policies, input);
    return { Policies: items.map((policy) => describe(policy, context)), ...rest };
  },
};

export const deletePolicy: Operation<DeletePolicyRequest, void> = {
  access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    refuseAwsManaged(policy, context);
    const { attached, boundaries } = usersOf(policy, context);
    if (attached.length > 0 || boundaries.length > 0) throw errors.policyIsAttached();
    if (policy.versions.length > 1) throw errors.policyHasVersions();
    context.world.iam.account(policy.accountId).policies.delete(policy.arn);
    context.world.iam.changed();
  },
};

export const listEntitiesForPolicy: Operation<
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse
> = {
  access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    const { attached, boundaries } = usersOf(policy, context);
    const usage: string = input.PolicyUsageFilter ?? "PermissionsPolicy";
    const filter: string = input.EntityFilter ?? "";
    const entities = usage === "PermissionsBoundary" ? boundaries : attached;
    const wanted = entities.filter((one) => filter === "" || filter.toLowerCase() === one.kind);
    const { items, ...rest } = page(wanted, input);
    return {
      PolicyGroups: items
        .filter((one) => one.kind === "group")
        .map((group) => ({ GroupName: group.name, GroupId: group.id })),
      PolicyRoles: items
        .filter((one) => one.kind === "role")
        .map((role) => ({ RoleName: role.name, RoleId: role.id })),
      PolicyUsers: items
        .filter((one) => one.kind === "user")
        .map((user) => ({ UserName: user.name, UserId: user.id })),
      ...rest,
    };
  },
};

export const tagPolicy: Operation<TagPolicyRequest, void> = {
  access: (input, context) =>
    managedPolicyNeed(context, input.PolicyArn, requestTagKeys(input.Tags)),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    refuseAwsManaged(policy, context);
    putTags(policy.tags, input.Tags ?? []);
  },
};

export const untagPolicy: Operation<UntagPolicyRequest, void> = {
  access: (input, context) =>
    managedPolicyNeed(context, input.PolicyArn, requestTagKeys(undefined, input.TagKeys)),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    refuseAwsManaged(policy, context);
    removeTags(policy.tags, input.TagKeys ?? []);
  },
};

export const listPolicyTags: Operation<ListPolicyTagsRequest, ListPolicyTagsResponse> = {
  access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
  handle(input, context) {
    const { items, ...rest } = page(
      tagList(findManagedPolicy(context, input.PolicyArn).tags),
      input,
    );
    return { Tags: items, ...rest };
  },
};

/** @throws AwsError MalformedPolicyDocument, LimitExceeded */
export function compileManaged(text: string | undefined): CompiledPolicy {
  const policy = compileDocument(text, "identity");
  if (countedCharacters(policy.text) > QUOTAS.managedPolicyCharacters) {
    throw errors.quotaExceeded("PolicySize", QUOTAS.managedPolicyCharacters);
  }
  return policy;
}

/** AWS's own policies are nobody's to change. @throws AwsError AccessDenied */
export function refuseAwsManaged(policy: ManagedPolicy, context: RequestContext): void {
  if (policy.accountId !== "aws") return;
  throw errors.accessDenied(
    context,
    { action: `iam:${context.operation}`, resource: policy.arn },
    { allowed: false, denial: "implicit", policyType: "resource-based policy" },
  );
}

function usersOf(
  policy: ManagedPolicy,
  context: RequestContext,
): { readonly attached: readonly Identity[]; readonly boundaries: readonly Identity[] } {
  const { roles, users, groups } = context.world.iam.account(accountOf(context));
  const identities: readonly Identity[] = [roles, users, groups].flatMap((map) => [
    ...map.values(),
  ]);
  return {
    attached: identities.filter((one) => one.attached.has(policy.arn)),
    boundaries: identities.filter((one) => one.boundaryArn === policy.arn),
  };
}

function describe(policy: ManagedPolicy, context: RequestContext): PolicyShape {
  const { attached, boundaries } = usersOf(policy, context);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attached.length,
    PermissionsBoundaryUsageCount: boundaries.length,
    IsAttachable: true,
    CreateDate: new Date(policy.createdEpochMs),
    UpdateDate: new Date(policy.updatedEpochMs),
    Tags: policy.tags.size === 0 ? undefined : tagList(policy.tags),
  };
}
