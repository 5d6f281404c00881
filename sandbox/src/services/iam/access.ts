import type { Tag } from "@aws-sdk/client-iam";
import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import { requestTagKeys } from "../../authorization/request-tags";
import type { RequestContext } from "../../world/operation";
import * as errors from "./errors";
import { checkName, present } from "./input-rules";
import type { Group, Identity, ManagedPolicy, Role, User } from "./model";
import { resourceTagKeys } from "./tags";

export type IdentityKind = Identity["kind"];
interface Identities {
  readonly role: Role;
  readonly user: User;
  readonly group: Group;
}

/** The member of a request that names an identity. */
export const NAME_MEMBERS = { role: "RoleName", user: "UserName", group: "GroupName" } as const;

export interface NamedIdentity {
  readonly RoleName?: string;
  readonly UserName?: string;
  readonly GroupName?: string;
}

/** The caller's account. IAM is reached with credentials of an account only. */
export function accountOf(context: RequestContext): string {
  const { accountId } = context.principal;
  if (accountId === undefined) {
    throw errors.accessDenied(
      context,
      { action: `iam:${context.operation}`, resource: "*" },
      { allowed: false, denial: "implicit" },
    );
  }
  return accountId;
}

/** Users are made with names of 64 characters at most, but IAM looks for longer ones. */
function checkIdentityName(kind: IdentityKind, name: string | undefined): string {
  return checkName(name, `${kind}Name`, kind === "role" ? 64 : 128);
}

function lookUp(context: RequestContext, kind: IdentityKind, name: string) {
  const { roles, users, groups } = context.world.iam.account(accountOf(context));
  return { role: roles, user: users, group: groups }[kind].get(name);
}

/** @throws AwsError NoSuchEntity */
export function findIdentity<Kind extends IdentityKind>(
  context: RequestContext,
  kind: Kind,
  name: string | undefined,
): Identities[Kind] {
  const checked = checkIdentityName(kind, name);
  const found = lookUp(context, kind, checked);
  if (found === undefined) throw errors.noSuchIdentity(kind, checked);
  // The map that was looked in is chosen by `kind`, which the compiler cannot follow.
  return found as Identities[Kind];
}

/** The permission for the running operation on a role or user, whether it exists or not. */
export function identityNeed(
  context: RequestContext,
  kind: IdentityKind,
  name: string | undefined,
  conditionKeys?: ConditionKeys,
): AccessNeed {
  const accountId = accountOf(context);
  const checked = checkIdentityName(kind, name);
  const identity = lookUp(context, kind, checked);
  return {
    action: `iam:${context.operation}`,
    resource: identity?.arn ?? `arn:aws:iam::${accountId}:${kind}/${checked}`,
    conditionKeys: {
      "iam:permissionsboundary": identity?.boundaryArn,
      ...(identity && resourceTagKeys(identity.tags)),
      ...conditionKeys,
    },
  };
}

/** What is about to be made. */
export interface NewResource {
  readonly kind: IdentityKind | "policy";
  readonly path: string;
  readonly name: string;
  readonly tags?: readonly Tag[];
  readonly boundaryArn?: string;
}

/** Groups have no tags. */
const TAG_ACTIONS: Partial<Record<NewResource["kind"], string>> = {
  role: "iam:TagRole",
  user: "iam:TagUser",
  policy: "iam:TagPolicy",
};

/** The permissions for making something; tags given with it need the permission to tag as well. */
export function newResourceNeeds(
  context: RequestContext,
  made: NewResource,
): readonly AccessNeed[] {
  const resource = `arn:aws:iam::${accountOf(context)}:${made.kind}${made.path}${made.name}`;
  const conditionKeys: ConditionKeys = {
    "iam:permissionsboundary": made.boundaryArn,
    ...requestTagKeys(made.tags),
  };
  const actions = [`iam:${context.operation}`];
  const tagAction = TAG_ACTIONS[made.kind];
  if ((made.tags ?? []).length > 0 && tagAction !== undefined) actions.push(tagAction);
  return actions.map((action) => ({ action, resource, conditionKeys }));
}

/** The permission for an operation without a resource. */
export function accountNeed(context: RequestContext, resource = "*"): readonly AccessNeed[] {
  return [{ action: `iam:${context.operation}`, resource }];
}

/** @throws AwsError NoSuchEntity */
export function findManagedPolicy(
  context: RequestContext,
  policyArn: string | undefined,
): ManagedPolicy {
  const arn = present(policyArn, "policyArn");
  if (!/^arn:aws[\w-]*:iam::(\d{12}|aws):policy\/.+$/.test(arn)) {
    throw errors.invalidInput(`ARN ${arn} is not valid.`);
  }
  const policy = context.world.iam.managedPolicy(arn);
  const isOwn = policy?.accountId === "aws" || policy?.accountId === accountOf(context);
  if (policy === undefined || !isOwn) throw errors.noSuchPolicy(arn);
  return policy;
}

/** The permission for the running operation on a managed policy. */
export function managedPolicyNeed(
  context: RequestContext,
  policyArn: string | undefined,
  conditionKeys?: ConditionKeys,
): readonly AccessNeed[] {
  const resource = present(policyArn, "policyArn");
  return [{ action: `iam:${context.operation}`, resource, conditionKeys }];
}
