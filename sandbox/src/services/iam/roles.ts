import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  Role as RoleShape,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
} from "@aws-sdk/client-iam";
import { MalformedPolicy } from "../../authorization/compile";
import type { CompiledPolicy } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { accountNeed, accountOf, findIdentity, identityNeed, newResourceNeeds } from "./access";
import * as errors from "./errors";
import {
  checkName,
  checkPath,
  compileDocument,
  countedCharacters,
  encodeDocument,
  page,
  QUOTAS,
} from "./input-rules";
import type { Role } from "./model";
import { boundaryOf, requireBoundary } from "./permissions-boundary";
import { putTags, tagList } from "./tags";

export const createRole: Operation<CreateRoleRequest, CreateRoleResponse> = {
  access: (input, context) =>
    newResourceNeeds(context, {
      kind: "role",
      path: checkPath(input.Path),
      name: checkName(input.RoleName, "roleName"),
      tags: input.Tags,
      boundaryArn: input.PermissionsBoundary,
    }),
  handle(input, context) {
    const { iam } = context.world;
    const accountId = accountOf(context);
    const name = checkName(input.RoleName, "roleName");
    // Names differ by more than case: `Records` cannot be made beside `records`.
    const taken = [...iam.account(accountId).roles.keys()].some(
      (other) => other.toLowerCase() === name.toLowerCase(),
    );
    if (taken) throw errors.roleExists(name);
    const trust = compileTrust(input.AssumeRolePolicyDocument, context);
    const tags = new Map<string, string>();
    putTags(tags, input.Tags ?? []);
    const boundaryArn = requireBoundary(input.PermissionsBoundary, context);
    const role = iam.addRole({
      accountId,
      name,
      path: checkPath(input.Path),
      trust,
      description: input.Description,
      maxSessionDurationSeconds: checkDuration(input.MaxSessionDuration ?? 3600),
    });
    role.boundaryArn = boundaryArn;
    for (const [key, value] of tags) role.tags.set(key, value);
    return { Role: describe(role, context) };
  },
};

export const getRole: Operation<GetRoleRequest, GetRoleResponse> = {
  access: (input, context) => [identityNeed(context, "role", input.RoleName)],
  handle(input, context) {
    const role = findIdentity(context, "role", input.RoleName);
    const { lastUsed } = role;
    return {
      Role: {
        ...describe(role, context),
        RoleLastUsed:
          lastUsed === undefined
            ? {}
            : { LastUsedDate: new Date(lastUsed.epochMs), Region: lastUsed.region },
      },
    };
  },
};

export const listRoles: Operation<ListRolesRequest, ListRolesResponse> = {
  access: (input, context) => accountNeed(context, arnOfPath(context, input.PathPrefix)),
  handle(input, context) {
    const prefix = input.PathPrefix ?? "/";
    const roles = [...context.world.iam.account(accountOf(context)).roles.values()]
      .filter((role) => role.path.startsWith(prefix))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const { items, ...rest } = page(roles, input);
    return {
      // The list leaves out boundary and tags. Source: API reference, ListRoles.
      Roles: items.map((role) => describeBriefly(role, context)),
      ...rest,
    };
  },
};

export const deleteRole: Operation<DeleteRoleRequest, void> = {
  access: (input, context) => [identityNeed(context, "role", input.RoleName)],
  handle(input, context) {
    const role = findIdentity(context, "role", input.RoleName);
    if (role.attached.size > 0) throw errors.mustDetachPolicies();
    if (role.inline.size > 0) throw errors.mustDeletePolicies();
    context.world.iam.removeIdentity(role);
  },
};

export const updateRole: Operation<UpdateRoleRequest, object> = {
  access: (input, context) => [identityNeed(context, "role", input.RoleName)],
  handle(input, context) {
    const role = findIdentity(context, "role", input.RoleName);
    if (input.MaxSessionDuration !== undefined) {
      role.maxSessionDurationSeconds = checkDuration(input.MaxSessionDuration);
    }
    if (input.Description !== undefined) role.description = input.Description;
    return {};
  },
};

export const updateRoleDescription: Operation<
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse
> = {
  access: (input, context) => [identityNeed(context, "role", input.RoleName)],
  handle(input, context) {
    const role = findIdentity(context, "role", input.RoleName);
    role.description = input.Description;
    return { Role: describe(role, context) };
  },
};

export const updateAssumeRolePolicy: Operation<UpdateAssumeRolePolicyRequest, void> = {
  access: (input, context) => [identityNeed(context, "role", input.RoleName)],
  handle(input, context) {
    const role = findIdentity(context, "role", input.RoleName);
    role.trust = compileTrust(input.PolicyDocument, context);
    context.world.iam.changed();
  },
};

/** Always empty: the sandbox has no EC2. Providers ask before they delete a role. */
export const listInstanceProfilesForRole: Operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
> = {
  access: (input, context) => [identityNeed(context, "role", input.RoleName)],
  handle(input, context) {
    findIdentity(context, "role", input.RoleName);
    return { InstanceProfiles: [], IsTruncated: false };
  },
};

/** @throws AwsError MalformedPolicyDocument, LimitExceeded */
function compileTrust(text: string | undefined, context: RequestContext): CompiledPolicy {
  const policy = compileDocument(text, "trust", "assumeRolePolicyDocument");
  if (trustActions(policy.document).some((action) => !/^sts:/i.test(action))) {
    throw errors.trustNeedsStsActions();
  }
  if (countedCharacters(policy.text) > QUOTAS.trustPolicyCharacters) {
    throw errors.quotaExceeded("ACLSizePerRole", QUOTAS.trustPolicyCharacters);
  }
  try {
    return context.world.iam.bindPolicy(policy);
  } catch (error) {
    throw error instanceof MalformedPolicy ? errors.malformedPolicyDocument(error, "trust") : error;
  }
}

/** Actions of a document that has compiled, so its shape is known. */
function trustActions(document: unknown): readonly string[] {
  type Item = { readonly Action?: string | readonly string[]; readonly NotAction?: unknown };
  const { Statement } = document as { readonly Statement: Item | readonly Item[] };
  const items = Array.isArray(Statement) ? (Statement as readonly Item[]) : [Statement as Item];
  return items.flatMap((item) => item.Action ?? []);
}

function checkDuration(seconds: number): number {
  if (seconds < 3600 || seconds > 43_200) {
    throw errors.validation(
      "maxSessionDuration",
      String(seconds),
      seconds < 3600
        ? "Member must have value greater than or equal to 3600"
        : "Member must have value less than or equal to 43200",
    );
  }
  return seconds;
}

function describe(role: Role, context: RequestContext): RoleShape {
  return {
    ...describeBriefly(role, context),
    PermissionsBoundary: boundaryOf(role),
    Tags: role.tags.size === 0 ? undefined : tagList(role.tags),
  };
}

function describeBriefly(role: Role, context: RequestContext): RoleShape {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdEpochMs),
    AssumeRolePolicyDocument: encodeDocument(context.world.iam.policyText(role.trust)),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDurationSeconds,
  };
}

function arnOfPath(context: RequestContext, pathPrefix = "/"): string {
  return `arn:aws:iam::${accountOf(context)}:role${pathPrefix}`;
}
