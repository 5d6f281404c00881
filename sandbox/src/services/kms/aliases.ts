import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from "@aws-sdk/client-kms";
import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { findKeyById, needOf, page, placeOf } from "./access";
import * as errors from "./errors";
import type { Alias } from "./model";

/** An alias and its key are two resources: each operation needs the permission on both. */
export const createAlias: Operation<CreateAliasRequest, void> = {
  access: (input, context) => [
    aliasNeed(context, checkName(input.AliasName)),
    needOf(context, findKeyById(context, input.TargetKeyId), { own: true }),
  ],
  handle(input, context) {
    const name = checkName(input.AliasName);
    const key = findKeyById(context, input.TargetKeyId);
    if (key.deletionEpochMs !== undefined) throw errors.pendingDeletion(key.arn);
    const arn = arnOf(context, name);
    if (context.world.kms.alias(arn) !== undefined) throw errors.aliasExists(arn);
    context.world.kms.addAlias(name, key);
  },
};

export const updateAlias: Operation<UpdateAliasRequest, void> = {
  access(input, context) {
    const name = checkName(input.AliasName);
    const alias = findAlias(context, name);
    return [
      aliasNeed(context, name),
      needOf(context, findKeyById(context, alias.targetKeyId), { own: true }),
      needOf(context, findKeyById(context, input.TargetKeyId), { own: true }),
    ];
  },
  handle(input, context) {
    const alias = findAlias(context, checkName(input.AliasName));
    const key = findKeyById(context, input.TargetKeyId);
    if (key.deletionEpochMs !== undefined) throw errors.pendingDeletion(key.arn);
    alias.targetKeyId = key.keyId;
    alias.updatedEpochMs = context.nowEpochMs;
  },
};

export const deleteAlias: Operation<DeleteAliasRequest, void> = {
  access(input, context) {
    const name = checkName(input.AliasName);
    const alias = findAlias(context, name);
    return [
      aliasNeed(context, name),
      needOf(context, findKeyById(context, alias.targetKeyId), { own: true }),
    ];
  },
  handle(input, context) {
    const alias = findAlias(context, checkName(input.AliasName));
    context.world.kms.removeAlias(alias.arn);
  },
};

export const listAliases: Operation<ListAliasesRequest, ListAliasesResponse> = {
  access: () => [{ action: "kms:ListAliases", resource: "*" }],
  handle(input, context) {
    const { kms } = context.world;
    const ofKey = input.KeyId === undefined ? undefined : findKeyById(context, input.KeyId);
    const aliases = kms
      .aliasesIn(placeOf(context))
      .filter((alias) => ofKey === undefined || alias.targetKeyId === ofKey.keyId);
    const { items, ...rest } = page(aliases, input, 50);
    return {
      Aliases: items.map((alias) => ({
        AliasName: alias.name,
        AliasArn: alias.arn,
        TargetKeyId: alias.targetKeyId,
        CreationDate: new Date(alias.createdEpochMs),
        LastUpdatedDate: new Date(alias.updatedEpochMs),
      })),
      ...rest,
    };
  },
};

function checkName(name: string | undefined): string {
  if (name === undefined) throw errors.required("aliasName");
  if (!name.startsWith("alias/")) {
    throw errors.invalidAliasName(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name) || name.length > 256) {
    throw errors.constraint(
      "aliasName",
      name,
      "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
    );
  }
  if (name.startsWith("alias/aws/")) throw errors.reservedAlias();
  return name;
}

function arnOf(context: RequestContext, name: string): string {
  const { accountId, region } = placeOf(context);
  return `arn:aws:kms:${region}:${accountId}:${name}`;
}

function findAlias(context: RequestContext, name: string): Alias {
  const arn = arnOf(context, name);
  const alias = context.world.kms.alias(arn);
  if (alias === undefined) throw errors.noSuchAlias(arn);
  return alias;
}

function aliasNeed(context: RequestContext, name: string): AccessNeed {
  return { action: `kms:${context.operation}`, resource: arnOf(context, name) };
}
