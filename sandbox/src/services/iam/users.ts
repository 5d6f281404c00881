import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  User as UserShape,
} from "@aws-sdk/client-iam";
import type { Operation, RequestContext } from "../../world/operation";
import { accountNeed, accountOf, findIdentity, identityNeed, newResourceNeeds } from "./access";
import * as errors from "./errors";
import { checkName, checkPath, page } from "./input-rules";
import type { User } from "./model";
import { boundaryOf, requireBoundary } from "./permissions-boundary";
import { putTags, tagList } from "./tags";

export const createUser: Operation<CreateUserRequest, CreateUserResponse> = {
  access: (input, context) =>
    newResourceNeeds(context, {
      kind: "user",
      path: checkPath(input.Path),
      name: checkName(input.UserName, "userName"),
      tags: input.Tags,
      boundaryArn: input.PermissionsBoundary,
    }),
  handle(input, context) {
    const { iam } = context.world;
    const accountId = accountOf(context);
    const name = checkName(input.UserName, "userName");
    const taken = [...iam.account(accountId).users.keys()].some(
      (other) => other.toLowerCase() === name.toLowerCase(),
    );
    if (taken) throw errors.userExists(name);
    const tags = new Map<string, string>();
    putTags(tags, input.Tags ?? []);
    const boundaryArn = requireBoundary(input.PermissionsBoundary, context);
    const user = iam.addUser({ accountId, name, path: checkPath(input.Path) });
    user.boundaryArn = boundaryArn;
    for (const [key, value] of tags) user.tags.set(key, value);
    return { User: describe(user) };
  },
};

/** Without a name it answers the caller itself. */
export const getUser: Operation<GetUserRequest, GetUserResponse> = {
  access: (input, context) => [identityNeed(context, "user", nameOrCaller(input, context))],
  handle: (input, context) => ({
    User: describe(findIdentity(context, "user", nameOrCaller(input, context))),
  }),
};

export const listUsers: Operation<ListUsersRequest, ListUsersResponse> = {
  access: (input, context) =>
    accountNeed(context, `arn:aws:iam::${accountOf(context)}:user${input.PathPrefix ?? "/"}`),
  handle(input, context) {
    const users = [...context.world.iam.account(accountOf(context)).users.values()]
      .filter((user) => user.path.startsWith(input.PathPrefix ?? "/"))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const { items, ...rest } = page(users, input);
    return { Users: items.map(describeBriefly), ...rest };
  },
};

export const deleteUser: Operation<DeleteUserRequest, void> = {
  access: (input, context) => [identityNeed(context, "user", input.UserName)],
  handle(input, context) {
    const user = findIdentity(context, "user", input.UserName);
    if (user.attached.size > 0) throw errors.mustDetachPolicies();
    if (user.inline.size > 0) throw errors.mustDeletePolicies();
    if (context.world.iam.groupsOf(user).length > 0) throw errors.mustLeaveGroups();
    if (user.accessKeys.length > 0) throw errors.mustDeleteAccessKeys();
    context.world.iam.removeIdentity(user);
  },
};

/** The user named, or the caller. @throws AwsError ValidationError for a caller that is no user */
export function nameOrCaller(
  input: { readonly UserName?: string },
  context: RequestContext,
): string {
  if (input.UserName !== undefined) return input.UserName;
  const { principal } = context;
  if (principal.kind !== "user") throw errors.userNameNeeded();
  return principal.arn.slice(principal.arn.lastIndexOf("/") + 1);
}

function describe(user: User): UserShape {
  return {
    ...describeBriefly(user),
    PermissionsBoundary: boundaryOf(user),
    Tags: user.tags.size === 0 ? undefined : tagList(user.tags),
  };
}

/** As in a list, which leaves out boundary and tags. */
export function describeBriefly(user: User): UserShape {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: new Date(user.createdEpochMs),
  };
}
