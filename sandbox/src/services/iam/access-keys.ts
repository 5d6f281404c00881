import type {
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  StatusType,
  UpdateAccessKeyRequest,
} from "@aws-sdk/client-iam";
import type { Operation, RequestContext } from "../../world/operation";
import { findIdentity, identityNeed } from "./access";
import * as errors from "./errors";
import { page, present, QUOTAS } from "./input-rules";
import type { AccessKey, User } from "./model";
import { nameOrCaller } from "./users";

interface OfUser {
  readonly UserName?: string;
}

const access = (input: OfUser, context: RequestContext) => [
  identityNeed(context, "user", nameOrCaller(input, context)),
];

const userOf = (input: OfUser, context: RequestContext) =>
  findIdentity(context, "user", nameOrCaller(input, context));

export const createAccessKey: Operation<CreateAccessKeyRequest, CreateAccessKeyResponse> = {
  access,
  handle(input, context) {
    const user = userOf(input, context);
    if (user.accessKeys.length >= QUOTAS.accessKeys) {
      throw errors.quotaExceeded("AccessKeysPerUser", QUOTAS.accessKeys);
    }
    const record = context.world.iam.createAccessKey(user);
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: record.accessKeyId,
        Status: "Active",
        SecretAccessKey: record.secretAccessKey,
        CreateDate: new Date(context.nowEpochMs),
      },
    };
  },
};

export const listAccessKeys: Operation<ListAccessKeysRequest, ListAccessKeysResponse> = {
  access,
  handle(input, context) {
    const user = userOf(input, context);
    const { items, ...rest } = page(user.accessKeys, input);
    return {
      AccessKeyMetadata: items.map((key) => ({
        UserName: user.name,
        AccessKeyId: key.accessKeyId,
        Status: (key.isActive ? "Active" : "Inactive") satisfies StatusType,
        CreateDate: new Date(key.createdEpochMs),
      })),
      ...rest,
    };
  },
};

export const updateAccessKey: Operation<UpdateAccessKeyRequest, void> = {
  access,
  handle(input, context) {
    const key = findKey(userOf(input, context), input.AccessKeyId);
    const status = present<string>(input.Status, "status");
    key.isActive = status === "Active";
  },
};

export const deleteAccessKey: Operation<DeleteAccessKeyRequest, void> = {
  access,
  handle(input, context) {
    const user = userOf(input, context);
    context.world.iam.deleteAccessKey(user, findKey(user, input.AccessKeyId).accessKeyId);
  },
};

function findKey(user: User, accessKeyId: string | undefined): AccessKey {
  const id = present(accessKeyId, "accessKeyId");
  const key = user.accessKeys.find((one) => one.accessKeyId === id);
  if (key === undefined) throw errors.noSuchAccessKey(id);
  return key;
}
