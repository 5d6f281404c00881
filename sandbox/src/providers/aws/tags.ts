import { z } from "zod";
import { hasUnknown, isObject, UNKNOWN } from "../values";

type Tags = Readonly<Record<string, string>>;

const tags = z.record(z.string(), z.string()).optional();

/** The inputs of a type that takes tags: those of the program, and with them those of the provider. */
export const taggedInputs = { tags, tagsAll: tags };

/** Pulumi has tags as a map, AWS as a list. */
export function tagSet(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value }));
}

/** The same for a call that creates something: undefined when there are none. */
export function tagSetIfAny(tags: Tags | undefined): { Key: string; Value: string }[] | undefined {
  return tags === undefined || Object.keys(tags).length === 0 ? undefined : tagSet(tags);
}

/** Undefined when there are none, as the provider has it. */
export function tagMap(
  tags: readonly { Key?: string; Value?: string }[] | undefined,
): Record<string, string> | undefined {
  if (tags === undefined || tags.length === 0) return undefined;
  return Object.fromEntries(tags.map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
}

/**
 * A resource's tags together with the provider's, where its own come first; undefined when there are none at all.
 * @param own the input `tags`, which may not be known yet
 */
export function allTags(own: unknown, defaults: Tags): unknown {
  if (own === UNKNOWN) return UNKNOWN;
  const all = { ...defaults, ...(isObject(own) ? own : {}) };
  return Object.keys(all).length === 0 ? undefined : all;
}

/**
 * What there is, told apart as the provider does: `tagsAll` is all of it, `tags` is without the provider's own tags, unless
 * the program gives those as well.
 */
export function ownTags(
  actual: unknown,
  inputs: unknown,
  defaults: Tags,
): { readonly tags: Tags | undefined; readonly tagsAll: Tags } {
  const all = isObject(actual) ? (actual as Tags) : {};
  const given = isObject(inputs) && !hasUnknown(inputs) ? inputs : {};
  const own = Object.entries(all).filter(([key, value]) => key in given || defaults[key] !== value);
  return { tags: own.length === 0 ? undefined : Object.fromEntries(own), tagsAll: all };
}

/** The calls that make old tags into new ones. */
export function tagChanges(
  news: Tags = {},
  olds: Tags = {},
): { readonly gone: string[]; readonly changed: Tags } {
  const changed = Object.entries(news).filter(([key, value]) => olds[key] !== value);
  return {
    gone: Object.keys(olds).filter((key) => !(key in news)),
    changed: Object.fromEntries(changed),
  };
}
