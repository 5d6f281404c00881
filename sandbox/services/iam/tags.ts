import type { Tag } from "@aws-sdk/client-iam";
import type { ConditionKeys } from "../../authorization/model";
import * as errors from "./errors";
import { QUOTAS } from "./input-rules";

/** Adds or replaces tags. @throws AwsError InvalidInput, LimitExceeded */
export function putTags(target: Map<string, string>, tags: readonly Tag[]): void {
  const added = new Map<string, string>();
  for (const { Key, Value } of tags) {
    const key = Key ?? "";
    if (key.length < 1 || key.length > 128) {
      throw errors.validation("tags", key, "Member must have length between 1 and 128");
    }
    if ((Value ?? "").length > 256) {
      throw errors.validation(
        "tags",
        Value ?? "",
        "Member must have length less than or equal to 256",
      );
    }
    if (/^aws:/i.test(key)) {
      throw errors.invalidInput("Tag keys beginning with aws: are reserved for system use.");
    }
    if (added.has(key)) {
      throw errors.invalidInput(
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    }
    added.set(key, Value ?? "");
  }
  const union = new Set([...target.keys(), ...added.keys()]);
  if (union.size > QUOTAS.tags) throw errors.quotaExceeded("TagsPerResource", QUOTAS.tags);
  for (const [key, value] of added) target.set(key, value);
}

/** Tags in the shape of the API. */
export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** `aws:RequestTag/*` and `aws:TagKeys` of a request that sets or removes tags. */
export function requestTagKeys(
  tags: readonly Tag[] | undefined,
  removedKeys?: readonly string[],
): ConditionKeys {
  const keys: Record<string, string | readonly string[]> = {};
  for (const { Key, Value } of tags ?? []) {
    keys[`aws:requesttag/${(Key ?? "").toLowerCase()}`] = Value ?? "";
  }
  const names = [...(tags ?? []).map((tag) => tag.Key ?? ""), ...(removedKeys ?? [])];
  if (names.length > 0) keys["aws:tagkeys"] = names;
  return keys;
}

/** `aws:ResourceTag/*` and IAM's own name of it. */
export function resourceTagKeys(tags: ReadonlyMap<string, string>): ConditionKeys {
  const keys: Record<string, string> = {};
  for (const [name, value] of tags) {
    keys[`aws:resourcetag/${name.toLowerCase()}`] = value;
    keys[`iam:resourcetag/${name.toLowerCase()}`] = value;
  }
  return keys;
}
