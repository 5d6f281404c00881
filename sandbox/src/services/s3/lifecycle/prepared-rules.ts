import type { LifecycleRule } from "@aws-sdk/client-s3";
import type { Bucket, ObjectVersion } from "../store/model";

/** An enabled rule with its filter taken apart. */
export interface PreparedRule {
  readonly id: string;
  readonly prefix: string;
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** Both bounds are exclusive. */
  readonly largerThanBytes?: number;
  readonly smallerThanBytes?: number;
  readonly rule: LifecycleRule;
}

type Configuration = NonNullable<Bucket["lifecycle"]>;

const NONE: readonly PreparedRule[] = [];

/** A configuration never changes, it is replaced: what was made of it holds. */
const preparedByConfiguration = new WeakMap<Configuration, readonly PreparedRule[]>();

/** The enabled rules of a bucket, in their order. */
export function rulesOf(bucket: Bucket): readonly PreparedRule[] {
  const { lifecycle } = bucket;
  if (lifecycle === undefined) return NONE;
  let prepared = preparedByConfiguration.get(lifecycle);
  if (prepared === undefined) {
    prepared = lifecycle.rules.filter((rule) => rule.Status === "Enabled").map(prepare);
    preparedByConfiguration.set(lifecycle, prepared);
  }
  return prepared;
}

function prepare(rule: LifecycleRule): PreparedRule {
  const { Filter: filter } = rule;
  const and = filter?.And;
  const tags = [...(filter?.Tag === undefined ? [] : [filter.Tag]), ...(and?.Tags ?? [])];
  return {
    id: rule.ID ?? "",
    // `Prefix` beside the filter is the form of the first lifecycle API, which still works.
    prefix: filter?.Prefix ?? and?.Prefix ?? rule.Prefix ?? "",
    tags: tags.map(({ Key: name = "", Value: value = "" }) => [name, value] as const),
    largerThanBytes: filter?.ObjectSizeGreaterThan ?? and?.ObjectSizeGreaterThan,
    smallerThanBytes: filter?.ObjectSizeLessThan ?? and?.ObjectSizeLessThan,
    rule,
  };
}

/** True when a rule has bounds of its own, which take the place of the default minimum of transitions. */
export function filtersBySize(rule: PreparedRule): boolean {
  return rule.largerThanBytes !== undefined || rule.smallerThanBytes !== undefined;
}

/** Does a rule speak of this version? A delete marker has no tags, and a size of 0 (User Guide, examples of rules). */
export function matchesVersion(rule: PreparedRule, version: ObjectVersion): boolean {
  if (!version.key.startsWith(rule.prefix)) return false;
  const { largerThanBytes = -1, smallerThanBytes = Number.POSITIVE_INFINITY } = rule;
  if (version.sizeBytes <= largerThanBytes || version.sizeBytes >= smallerThanBytes) return false;
  return rule.tags.every(([name, value]) => version.tags?.get(name) === value);
}
