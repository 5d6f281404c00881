import type { NotificationConfigurationFilter } from "@aws-sdk/client-s3";

/** Prefix and suffix of a notification's filter; empty where there is none. */
export interface KeyFilter {
  readonly prefix: string;
  readonly suffix: string;
}

export function keyFilter(filter: NotificationConfigurationFilter | undefined): KeyFilter {
  const value = (name: string): string =>
    filter?.Key?.FilterRules?.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? "";
  return { prefix: value("prefix"), suffix: value("suffix") };
}

export function passesFilter({ prefix, suffix }: KeyFilter, key: string): boolean {
  return key.startsWith(prefix) && key.endsWith(suffix);
}

/** True when there could be a key that both take. */
export function filtersOverlap(one: KeyFilter, other: KeyFilter): boolean {
  const prefixes = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  const suffixes = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
  return prefixes && suffixes;
}
