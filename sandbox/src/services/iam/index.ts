import type * as Iam from "@aws-sdk/client-iam";
import type { OperationTable } from "../../world/operation";
import type { OperationName, OperationsOf } from "../../world/operations-of";
import { createAccessKey, deleteAccessKey, listAccessKeys, updateAccessKey } from "./access-keys";
import {
  createAccountAlias,
  deleteAccountAlias,
  getAccountSummary,
  listAccountAliases,
} from "./account";
import { attachedPolicyOperations } from "./attached-policies";
import { getContextKeysForCustomPolicy, getContextKeysForPrincipalPolicy } from "./context-keys";
import {
  addUserToGroup,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  listGroupsForUser,
  removeUserFromGroup,
} from "./groups";
import { identityTagOperations } from "./identity-tags";
import {
  addClientIDToOpenIDConnectProvider,
  createOpenIDConnectProvider,
  deleteOpenIDConnectProvider,
  getOpenIDConnectProvider,
  listOpenIDConnectProviders,
  listOpenIDConnectProviderTags,
  removeClientIDFromOpenIDConnectProvider,
  tagOpenIDConnectProvider,
  untagOpenIDConnectProvider,
  updateOpenIDConnectProviderThumbprint,
} from "./identity-providers";
import { constrained } from "./input-constraints";
import { inlinePolicyOperations } from "./inline-policies";
import {
  createPolicy,
  deletePolicy,
  getPolicy,
  listEntitiesForPolicy,
  listPolicies,
  listPolicyTags,
  tagPolicy,
  untagPolicy,
} from "./managed-policies";
import {
  deleteRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
} from "./permissions-boundary";
import {
  deleteLoginProfile,
  listMFADevices,
  listServiceSpecificCredentials,
  listSigningCertificates,
  listSSHPublicKeys,
  listVirtualMFADevices,
} from "./other-credentials";
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from "./policy-versions";
import {
  createRole,
  deleteRole,
  getRole,
  listInstanceProfilesForRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from "./roles";
import { simulateCustomPolicy, simulatePrincipalPolicy } from "./simulate-policy";
import { createUser, deleteUser, getUser, listUsers } from "./users";

const ofRoles = {
  inline: inlinePolicyOperations("role"),
  attached: attachedPolicyOperations("role"),
  tags: identityTagOperations("role"),
};
const ofUsers = {
  inline: inlinePolicyOperations("user"),
  attached: attachedPolicyOperations("user"),
  tags: identityTagOperations("user"),
};

const ofGroups = {
  inline: inlinePolicyOperations("group"),
  attached: attachedPolicyOperations("group"),
};

/**
 * What roles, users and groups have alike: one handler is for two or three operations, so that its input has the members of all
 * of them. The compiler holds the names alone.
 */
const sharedOperations = {
  PutRolePolicy: ofRoles.inline.put,
  GetRolePolicy: ofRoles.inline.get,
  ListRolePolicies: ofRoles.inline.list,
  DeleteRolePolicy: ofRoles.inline.remove,
  AttachRolePolicy: ofRoles.attached.attach,
  DetachRolePolicy: ofRoles.attached.detach,
  ListAttachedRolePolicies: ofRoles.attached.list,
  TagRole: ofRoles.tags.tag,
  UntagRole: ofRoles.tags.untag,
  ListRoleTags: ofRoles.tags.list,
  PutUserPolicy: ofUsers.inline.put,
  GetUserPolicy: ofUsers.inline.get,
  ListUserPolicies: ofUsers.inline.list,
  DeleteUserPolicy: ofUsers.inline.remove,
  AttachUserPolicy: ofUsers.attached.attach,
  DetachUserPolicy: ofUsers.attached.detach,
  ListAttachedUserPolicies: ofUsers.attached.list,
  TagUser: ofUsers.tags.tag,
  UntagUser: ofUsers.tags.untag,
  ListUserTags: ofUsers.tags.list,
  PutGroupPolicy: ofGroups.inline.put,
  GetGroupPolicy: ofGroups.inline.get,
  ListGroupPolicies: ofGroups.inline.list,
  DeleteGroupPolicy: ofGroups.inline.remove,
  AttachGroupPolicy: ofGroups.attached.attach,
  DetachGroupPolicy: ofGroups.attached.detach,
  ListAttachedGroupPolicies: ofGroups.attached.list,
} satisfies { readonly [Name in OperationName<typeof Iam>]?: OperationTable[string] };

const ownOperations = {
  CreateRole: createRole,
  GetRole: getRole,
  ListRoles: listRoles,
  DeleteRole: deleteRole,
  UpdateRole: updateRole,
  UpdateRoleDescription: updateRoleDescription,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,

  CreateUser: createUser,
  GetUser: getUser,
  ListUsers: listUsers,
  DeleteUser: deleteUser,
  PutUserPermissionsBoundary: putUserPermissionsBoundary,
  DeleteUserPermissionsBoundary: deleteUserPermissionsBoundary,
  CreateAccessKey: createAccessKey,
  ListAccessKeys: listAccessKeys,
  UpdateAccessKey: updateAccessKey,
  DeleteAccessKey: deleteAccessKey,

  DeleteLoginProfile: deleteLoginProfile,
  ListMFADevices: listMFADevices,
  ListServiceSpecificCredentials: listServiceSpecificCredentials,
  ListSigningCertificates: listSigningCertificates,
  ListSSHPublicKeys: listSSHPublicKeys,
  ListVirtualMFADevices: listVirtualMFADevices,

  CreateGroup: createGroup,
  GetGroup: getGroup,
  ListGroups: listGroups,
  DeleteGroup: deleteGroup,
  AddUserToGroup: addUserToGroup,
  RemoveUserFromGroup: removeUserFromGroup,
  ListGroupsForUser: listGroupsForUser,

  CreatePolicy: createPolicy,
  GetPolicy: getPolicy,
  ListPolicies: listPolicies,
  DeletePolicy: deletePolicy,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  TagPolicy: tagPolicy,
  UntagPolicy: untagPolicy,
  ListPolicyTags: listPolicyTags,
  CreatePolicyVersion: createPolicyVersion,
  GetPolicyVersion: getPolicyVersion,
  ListPolicyVersions: listPolicyVersions,
  DeletePolicyVersion: deletePolicyVersion,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,

  CreateOpenIDConnectProvider: createOpenIDConnectProvider,
  GetOpenIDConnectProvider: getOpenIDConnectProvider,
  ListOpenIDConnectProviders: listOpenIDConnectProviders,
  DeleteOpenIDConnectProvider: deleteOpenIDConnectProvider,
  AddClientIDToOpenIDConnectProvider: addClientIDToOpenIDConnectProvider,
  RemoveClientIDFromOpenIDConnectProvider: removeClientIDFromOpenIDConnectProvider,
  UpdateOpenIDConnectProviderThumbprint: updateOpenIDConnectProviderThumbprint,
  TagOpenIDConnectProvider: tagOpenIDConnectProvider,
  UntagOpenIDConnectProvider: untagOpenIDConnectProvider,
  ListOpenIDConnectProviderTags: listOpenIDConnectProviderTags,

  CreateAccountAlias: createAccountAlias,
  DeleteAccountAlias: deleteAccountAlias,
  ListAccountAliases: listAccountAliases,
  GetAccountSummary: getAccountSummary,

  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  SimulateCustomPolicy: simulateCustomPolicy,
  GetContextKeysForPrincipalPolicy: getContextKeysForPrincipalPolicy,
  GetContextKeysForCustomPolicy: getContextKeysForCustomPolicy,
} satisfies OperationsOf<typeof Iam>;

/** The operations of IAM. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = constrained({ ...ownOperations, ...sharedOperations });
