import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";
import * as errors from "./errors";
import { keyNeed, type KeyUse } from "./key-need";
import type { Key } from "./model";
import type { KeyPlace } from "./state";

/** Where the caller's own keys are. */
export function placeOf(context: RequestContext): KeyPlace {
  const { accountId } = context.principal;
  if (accountId === undefined) {
    throw errors.accessDenied(
      context,
      { action: `kms:${context.operation}`, resource: "*" },
      { allowed: false, denial: "implicit" },
    );
  }
  return { accountId, region: context.region };
}

/** @throws AwsError NotFoundException, InvalidArnException */
export function findKey(context: RequestContext, reference: string | undefined): Key {
  if (reference === undefined) throw errors.required("keyId");
  return context.world.kms.key(reference, placeOf(context));
}

/** A key of an operation that does not take aliases. @throws AwsError NotFoundException, InvalidArnException */
export function findKeyById(context: RequestContext, reference: string | undefined): Key {
  if (reference === undefined) throw errors.required("keyId");
  if (reference.startsWith("alias/")) throw errors.invalidKeyId(reference);
  if (/^arn:[^:]+:kms:[^:]*:[^:]*:alias\//.test(reference)) throw errors.invalidArn(reference);
  return findKey(context, reference);
}

/** A key that is enabled. @throws AwsError NotFoundException, DisabledException, KMSInvalidStateException */
export function usableKey(context: RequestContext, reference: string | undefined): Key {
  const key = findKey(context, reference);
  context.world.kms.requireUsable(key);
  return key;
}

/** @throws AwsError ValidationException */
export function checkBytes(
  bytes: Uint8Array | undefined,
  member: string,
  limitBytes: number,
): Uint8Array {
  if (bytes === undefined) throw errors.required(member);
  if (bytes.length < 1 || bytes.length > limitBytes) {
    throw errors.constraint(member, "", `Member must have length between 1 and ${limitBytes}`);
  }
  return bytes;
}

/**
 * The permission for the running operation on a key. `own`: AWS carries it out on keys of the caller's account only,
 * whatever a key policy says.
 */
export function needOf(
  context: RequestContext,
  key: Key,
  options: {
    readonly own: boolean;
    readonly action?: string;
    readonly encryptionContext?: Readonly<Record<string, string>>;
    readonly conditionKeys?: ConditionKeys;
    readonly grantTokens?: readonly string[];
    readonly newGrant?: KeyUse["newGrant"];
  },
): AccessNeed {
  const need = keyNeed(options.action ?? `kms:${context.operation}`, key, {
    principal: context.principal,
    encryptionContext: options.encryptionContext,
    conditionKeys: options.conditionKeys,
    aliases: context.world.kms.aliasesOf(key).map((alias) => alias.name),
    newGrant: options.newGrant,
    isGrantInEffect: ({ tokens, createdEpochMs }) =>
      createdEpochMs + context.world.settings.iamPropagationDelayMs <= context.nowEpochMs ||
      (options.grantTokens ?? []).some((token) => tokens.has(token)),
  });
  if (options.own && key.accountId !== context.principal.accountId) {
    throw errors.accessDenied(context, need, {
      allowed: false,
      denial: "implicit",
      policyType: "resource-based policy",
    });
  }
  return need;
}

/** One page of a list, as `Limit` and `Marker` ask. */
export function page<Item>(
  items: readonly Item[],
  request: { readonly Limit?: number; readonly Marker?: string },
  defaultLimit = 100,
): { readonly items: Item[]; readonly Truncated: boolean; readonly NextMarker?: string } {
  const limit = request.Limit ?? defaultLimit;
  if (limit < 1 || limit > 1000) {
    throw errors.constraint("limit", String(limit), "Member must have value between 1 and 1000");
  }
  const from = request.Marker === undefined ? 0 : readMarker(request.Marker);
  const end = from + limit;
  const isTruncated = end < items.length;
  return {
    items: items.slice(from, end),
    Truncated: isTruncated,
    NextMarker: isTruncated ? Buffer.from(`from:${end}`).toString("base64") : undefined,
  };
}

function readMarker(marker: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(marker, "base64").toString("latin1"));
  if (match?.[1] === undefined) throw errors.invalidMarker();
  return Number(match[1]);
}
