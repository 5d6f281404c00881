import type { Tag } from "@aws-sdk/client-sts";
import type { ConditionKeys, Principal } from "../../authorization/model";
import { requestTagKeys } from "../../authorization/request-tags";
import * as errors from "./errors";

/**
 * Session tags. Source: IAM User Guide, "Pass session tags in AWS STS"; the texts of refusals are those that
 * LocalStack's tests recorded from AWS.
 */
const LIMIT_COUNT = 50;
const PART = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const PATTERN = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";

/** What a session is given with its tags. */
export interface SessionTags {
  readonly tags?: Readonly<Record<string, string>>;
  /** Those that sessions assumed from this one inherit. */
  readonly transitiveTagKeys?: readonly string[];
}

interface TaggedRequest {
  readonly Tags?: readonly Tag[];
  readonly TransitiveTagKeys?: readonly string[];
}

/** @throws AwsError ValidationError, InvalidParameterValue */
export function checkTags({ Tags: tags = [], TransitiveTagKeys: keys = [] }: TaggedRequest): void {
  for (const [member, list] of Object.entries({ tags, transitiveTagKeys: keys })) {
    if (list.length > LIMIT_COUNT) {
      throw errors.outOfBounds(
        member,
        `Member must have length less than or equal to ${LIMIT_COUNT}`,
      );
    }
  }
  const seen = new Set<string>();
  tags.forEach(({ Key: key, Value: value }, index) => {
    const path = `tags.${index + 1}.member`;
    checkPart(key, `${path}.key`, 1, 128);
    checkPart(value, `${path}.value`, 0, 256);
    const folded = (key ?? "").toLowerCase();
    if (folded.startsWith("aws:")) throw errors.reservedTagKey();
    if (seen.has(folded)) throw errors.duplicateTagKeys();
    seen.add(folded);
  });
  if (keys.some((key) => !seen.has(key.toLowerCase()))) throw errors.unknownTransitiveTagKey();
}

function checkPart(
  text: string | undefined,
  path: string,
  lowest: number,
  highest: number,
): asserts text is string {
  if (text === undefined) throw errors.required(path);
  if (text.length < lowest) {
    throw errors.outOfBounds(path, `Member must have length greater than or equal to ${lowest}`);
  }
  if (text.length > highest) {
    throw errors.outOfBounds(path, `Member must have length less than or equal to ${highest}`);
  }
  if (!PART.test(text)) {
    const sign = lowest === 0 ? "*" : "+";
    throw errors.outOfBounds(
      path,
      `Member must satisfy regular expression pattern: ${PATTERN}${sign}`,
    );
  }
}

/**
 * The tags of a new session: those of the request, and the transitive ones of the session that asks.
 * @throws AwsError InvalidParameterValue when the request has a key that is inherited
 */
export function tagsOfSession(input: TaggedRequest, caller: Principal): SessionTags {
  const inheritedKeys = caller.transitiveTagKeys ?? [];
  const inherited = new Set(inheritedKeys.map((key) => key.toLowerCase()));
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(caller.tags ?? {})) {
    if (inherited.has(key.toLowerCase())) tags[key] = value;
  }
  for (const { Key: key = "", Value: value = "" } of input.Tags ?? []) {
    if (inherited.has(key.toLowerCase())) throw errors.inheritedTagKey();
    tags[key] = value;
  }
  if (Object.keys(tags).length === 0) return {};
  return { tags, transitiveTagKeys: [...inheritedKeys, ...(input.TransitiveTagKeys ?? [])] };
}

/** `aws:RequestTag/*`, `aws:TagKeys` and `sts:TransitiveTagKeys`. */
export function sessionTagKeys(input: TaggedRequest): ConditionKeys {
  const transitive = input.TransitiveTagKeys ?? [];
  return {
    ...requestTagKeys(input.Tags),
    "sts:transitivetagkeys": transitive.length === 0 ? undefined : transitive,
  };
}
