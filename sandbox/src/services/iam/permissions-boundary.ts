import type {
  AttachedPermissionsBoundary,
  DeleteRolePermissionsBoundaryRequest,
  DeleteUserPermissionsBoundaryRequest,
  PutRolePermissionsBoundaryRequest,
  PutUserPermissionsBoundaryRequest,
} from "@aws-sdk/client-iam";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, findIdentity, identityNeed } from "./access";
import type { IdentityKind } from "./access";
import * as errors from "./errors";
import type { Identity } from "./model";

/** Groups have no boundary. */
type BoundedKind = Exclude<IdentityKind, "group">;

/** The boundary in the shape of the API; undefined when there is none. */
export function boundaryOf(identity: Identity): AttachedPermissionsBoundary | undefined {
  if (identity.boundaryArn === undefined) return undefined;
  return {
    PermissionsBoundaryType: "Policy" as AttachedPermissionsBoundary["PermissionsBoundaryType"],
    PermissionsBoundaryArn: identity.boundaryArn,
  };
}

/** @throws AwsError NoSuchEntity when the policy is not there or is another account's */
export function requireBoundary(
  policyArn: string | undefined,
  context: RequestContext,
): string | undefined {
  if (policyArn === undefined) return undefined;
  const policy = context.world.iam.managedPolicy(policyArn);
  if (policy === undefined || !["aws", accountOf(context)].includes(policy.accountId)) {
    throw errors.notAttachable(policyArn);
  }
  return policyArn;
}

function put(
  context: RequestContext,
  kind: BoundedKind,
  name: string | undefined,
  policyArn: string | undefined,
): void {
  const identity = findIdentity(context, kind, name);
  identity.boundaryArn = requireBoundary(policyArn, context);
  context.world.iam.changed();
}

function remove(context: RequestContext, kind: BoundedKind, name: string | undefined): void {
  const identity = findIdentity(context, kind, name);
  if (identity.boundaryArn === undefined) throw errors.noSuchBoundary(kind, identity.name);
  identity.boundaryArn = undefined;
  context.world.iam.changed();
}

export const putRolePermissionsBoundary: Operation<PutRolePermissionsBoundaryRequest, void> = {
  access: (input, context) => [
    identityNeed(context, "role", input.RoleName, {
      "iam:permissionsboundary": input.PermissionsBoundary,
    }),
  ],
  handle: (input, context) => put(context, "role", input.RoleName, input.PermissionsBoundary),
};

export const deleteRolePermissionsBoundary: Operation<DeleteRolePermissionsBoundaryRequest, void> =
  {
    access: (input, context) => [identityNeed(context, "role", input.RoleName)],
    handle: (input, context) => remove(context, "role", input.RoleName),
  };

export const putUserPermissionsBoundary: Operation<PutUserPermissionsBoundaryRequest, void> = {
  access: (input, context) => [
    identityNeed(context, "user", input.UserName, {
      "iam:permissionsboundary": input.PermissionsBoundary,
    }),
  ],
  handle: (input, context) => put(context, "user", input.UserName, input.PermissionsBoundary),
};

export const deleteUserPermissionsBoundary: Operation<DeleteUserPermissionsBoundaryRequest, void> =
  {
    access: (input, context) => [identityNeed(context, "user", input.UserName)],
    handle: (input, context) => remove(context, "user", input.UserName),
  };
