import type {
  AddUserToGroupRequest,
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  Group as GroupShape,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  ListGroupsRequest,
  ListGroupsResponse,
  RemoveUserFromGroupRequest,
} from "@aws-sdk/client-iam";
import type { Operation } from "../../world/operation";
import { accountNeed, accountOf, findIdentity, identityNeed, newResourceNeeds } from "./access";
import * as errors from "./errors";
import { checkName, checkPath, page, QUOTAS } from "./input-rules";
import type { Group } from "./model";
import { describeBriefly as describeUser } from "./users";

const NAME_CHARACTERS = 128;

export const createGroup: Operation<CreateGroupRequest, CreateGroupResponse> = {
  access: (input, context) =>
    newResourceNeeds(context, {
      kind: "group",
      path: checkPath(input.Path),
      name: checkName(input.GroupName, "groupName", NAME_CHARACTERS),
    }),
  handle(input, context) {
    const { iam } = context.world;
    const accountId = accountOf(context);
    const name = checkName(input.GroupName, "groupName", NAME_CHARACTERS);
    const isTaken = [...iam.account(accountId).groups.keys()].some(
      (other) => other.toLowerCase() === name.toLowerCase(),
    );
    if (isTaken) throw errors.groupExists(name);
    return { Group: describe(iam.addGroup({ accountId, name, path: checkPath(input.Path) })) };
  },
};

/** The group, and a page of its members. */
export const getGroup: Operation<GetGroupRequest, GetGroupResponse> = {
  access: (input, context) => [identityNeed(context, "group", input.GroupName)],
  handle(input, context) {
    const group = findIdentity(context, "group", input.GroupName);
    const { items, ...rest } = page([...group.members], input);
    return { Group: describe(group), Users: items.map(describeUser), ...rest };
  },
};

export const listGroups: Operation<ListGroupsRequest, ListGroupsResponse> = {
  access: (input, context) =>
    accountNeed(context, `arn:aws:iam::${accountOf(context)}:group${input.PathPrefix ?? "/"}`),
  handle(input, context) {
    const groups = [...context.world.iam.account(accountOf(context)).groups.values()]
      .filter((group) => group.path.startsWith(input.PathPrefix ?? "/"))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const { items, ...rest } = page(groups, input);
    return { Groups: items.map(describe), ...rest };
  },
};

export const deleteGroup: Operation<DeleteGroupRequest, void> = {
  access: (input, context) => [identityNeed(context, "group", input.GroupName)],
  handle(input, context) {
    const group = findIdentity(context, "group", input.GroupName);
    if (group.members.size > 0) throw errors.mustRemoveUsers();
    if (group.attached.size > 0) throw errors.mustDetachPolicies();
    if (group.inline.size > 0) throw errors.mustDeletePolicies();
    context.world.iam.account(group.accountId).groups.delete(group.name);
  },
};

/** Adding again is no error. */
export const addUserToGroup: Operation<AddUserToGroupRequest, void> = {
  access: (input, context) => [identityNeed(context, "group", input.GroupName)],
  handle(input, context) {
    const { iam } = context.world;
    const group = findIdentity(context, "group", input.GroupName);
    const user = findIdentity(context, "user", input.UserName);
    if (!group.members.has(user) && iam.groupsOf(user).length >= QUOTAS.groupsPerUser) {
      throw errors.quotaExceeded("GroupsPerUser", QUOTAS.groupsPerUser);
    }
    group.members.add(user);
    iam.changed();
  },
};

export const removeUserFromGroup: Operation<RemoveUserFromGroupRequest, void> = {
  access: (input, context) => [identityNeed(context, "group", input.GroupName)],
  handle(input, context) {
    const group = findIdentity(context, "group", input.GroupName);
    const user = findIdentity(context, "user", input.UserName);
    if (!group.members.delete(user)) throw errors.notInGroup(user.name, group.name);
    context.world.iam.changed();
  },
};

export const listGroupsForUser: Operation<ListGroupsForUserRequest, ListGroupsForUserResponse> = {
  access: (input, context) => [identityNeed(context, "user", input.UserName)],
  handle(input, context) {
    const user = findIdentity(context, "user", input.UserName);
    const { items, ...rest } = page(context.world.iam.groupsOf(user), input);
    return { Groups: items.map(describe), ...rest };
  },
};

function describe(group: Group): GroupShape {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: group.arn,
    CreateDate: new Date(group.createdEpochMs),
  };
}
