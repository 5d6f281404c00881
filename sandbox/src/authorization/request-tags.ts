import type { ConditionKeys } from "./model";

/** `aws:RequestTag/*` and `aws:TagKeys` of a request that sets tags or, by name, removes some. */
export function requestTagKeys(
  tags: readonly { readonly Key?: string; readonly Value?: string }[] | undefined,
  removedKeys: readonly string[] = [],
): ConditionKeys {
  const keys: Record<string, string | readonly string[]> = {};
  for (const { Key, Value } of tags ?? []) {
    keys[`aws:requesttag/${(Key ?? "").toLowerCase()}`] = Value ?? "";
  }
  const names = [...(tags ?? []).map(({ Key }) => Key ?? ""), ...removedKeys];
  if (names.length > 0) keys["aws:tagkeys"] = names;
  return keys;
}
