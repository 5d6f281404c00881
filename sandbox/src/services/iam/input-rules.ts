import { compilePolicy, MalformedPolicy } from "../../authorization/compile";
import type { PolicyKind } from "../../authorization/compile";
import type { CompiledPolicy } from "../../authorization/model";
import * as errors from "./errors";

/** Quotas of an account that nobody has raised. Source: IAM User Guide, "IAM and AWS STS quotas". */
export const QUOTAS = {
  attachedPolicies: 10,
  roleInlineCharacters: 10_240,
  userInlineCharacters: 2048,
  groupInlineCharacters: 5120,
  groupsPerUser: 10,
  managedPolicyCharacters: 6144,
  trustPolicyCharacters: 2048,
  policyVersions: 5,
  accessKeys: 2,
  tags: 50,
} as const;

/** A name of a role, user or policy. @throws AwsError ValidationError */
export function checkName(value: string | undefined, member: string, maxLength = 64): string {
  if (value === undefined) throw errors.required(member);
  if (!/^[\w+=,.@-]+$/.test(value)) {
    throw errors.invalidValue(
      member,
      "It must contain only alphanumeric characters and/or the following: +=,.@_-",
    );
  }
  if (value.length > maxLength) {
    throw errors.outOfBounds(member, `Member must have length less than or equal to ${maxLength}`);
  }
  return value;
}

/** A path such as `/service-role/`. Default `/`. @throws AwsError ValidationError */
export function checkPath(value: string | undefined): string {
  const path = value ?? "/";
  if (path.length > 512) {
    throw errors.outOfBounds("path", "Member must have length less than or equal to 512");
  }
  if (!/^(\/|\/[\u0021-\u007E]+\/)$/.test(path)) {
    throw errors.invalidValue(
      "path",
      "It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    );
  }
  return path;
}

/** @throws AwsError ValidationError when a required member is missing */
export function present<Value>(value: Value | undefined, member: string): Value {
  if (value === undefined) throw errors.required(member);
  return value;
}

/** @throws AwsError MalformedPolicyDocument */
export function compileDocument(
  text: string | undefined,
  kind: PolicyKind,
  member = "policyDocument",
): CompiledPolicy {
  try {
    return compilePolicy(present(text, member), kind);
  } catch (error) {
    throw error instanceof MalformedPolicy ? errors.malformedPolicyDocument(error, kind) : error;
  }
}

/** Characters that IAM counts: white space is free. */
export function countedCharacters(text: string): number {
  return text.replace(/\s/g, "").length;
}

/** IAM answers policy documents percent-encoded, RFC 3986. */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** One page of a list, as `Marker` and `MaxItems` ask. */
export function page<Item>(
  items: readonly Item[],
  request: { readonly Marker?: string; readonly MaxItems?: number },
): { readonly items: Item[]; readonly IsTruncated: boolean; readonly Marker?: string } {
  const limit = request.MaxItems ?? 100;
  const from = request.Marker === undefined ? 0 : readMarker(request.Marker);
  const end = from + limit;
  const isTruncated = end < items.length;
  return {
    items: items.slice(from, end),
    IsTruncated: isTruncated,
    Marker: isTruncated ? Buffer.from(`from:${end}`).toString("base64") : undefined,
  };
}

function readMarker(marker: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(marker, "base64").toString("latin1"));
  if (match?.[1] === undefined) throw errors.validation("marker", marker, "Invalid Marker.");
  return Number(match[1]);
}
