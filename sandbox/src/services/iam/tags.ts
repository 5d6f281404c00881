import type { Tag } from "@aws-sdk/client-iam";
import type { ConditionKeys } from "../../authorization/model";
import * as errors from "./errors";
import { QUOTAS } from "./input-rules";

/**
 * Adds or replaces tags. Keys of IAM's tags are the same in any case. The tags themselves were checked before.
 * @throws AwsError LimitExceeded
 */
export function putTags(target: Map<string, string>, tags: readonly Tag[]): void {
  const added = new Set(tags.map(({ Key: key = "" }) => key.toLowerCase()));
  const kept = [...target.keys()].filter((key) => !added.has(key.toLowerCase()));
  if (kept.length + added.size > QUOTAS.tags) throw errors.tagLimitExceeded();
  removeTags(target, [...added]);
  for (const { Key: key = "", Value: value = "" } of tags) target.set(key, value);
}

/** Removes tags, by their keys in any case. */
export function removeTags(target: Map<string, string>, keys: readonly string[]): void {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  for (const key of target.keys()) if (removed.has(key.toLowerCase())) target.delete(key);
}

/** Tags in the shape of the API. */
export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
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
