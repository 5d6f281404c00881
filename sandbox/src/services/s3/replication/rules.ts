import type {
  Destination,
  ReplicationConfiguration,
  ReplicationRule,
  ReplicationRuleNotOperator,
} from "@aws-sdk/client-s3";

/**
 * Which rules of a replication configuration apply to a version. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
 */

/** What the filter of a rule looks at. */
export interface MatchFacts {
  readonly key: string;
  readonly tags?: ReadonlyMap<string, string>;
}

type Tag = readonly [key: string, value: string];

/** One enabled rule, its filter laid out flat. */
export interface PreparedRule {
  readonly rule: ReplicationRule;
  readonly ruleId: string;
  /** As the rule has it: bucket, owner, storage class, key. */
  readonly destination: Partial<Destination>;
  readonly destinationArn: string;
  readonly prefix: string;
  readonly tags: readonly Tag[];
  /** What the rule leaves out: an object that matches any of these. */
  readonly excluded: { readonly prefixes: readonly string[]; readonly tags: readonly Tag[] };
  /** No `Filter`: the first version of the configuration's schema, in which delete markers travel. */
  readonly isFirstSchema: boolean;
}

/** A configuration is replaced as a whole and never changed, so what was made of it holds. */
const preparedByConfiguration = new WeakMap<ReplicationConfiguration, readonly PreparedRule[]>();

/** The enabled rules, highest priority first; rules of equal priority stay in the order given. */
export function preparedRules(configuration: ReplicationConfiguration): readonly PreparedRule[] {
  const known = preparedByConfiguration.get(configuration);
  if (known !== undefined) return known;
  const prepared = given(configuration.Rules)
    .filter((rule) => rule.Status === "Enabled")
    .sort((left, right) => (right.Priority ?? 0) - (left.Priority ?? 0))
    .map(prepare);
  preparedByConfiguration.set(configuration, prepared);
  return prepared;
}

/**
 * The rules that apply: for each destination the matching enabled rule of the highest priority. Rules to different
 * destinations all apply.
 */
export function matchingRules(
  configuration: ReplicationConfiguration,
  facts: MatchFacts,
): readonly PreparedRule[] {
  const chosen: PreparedRule[] = [];
  for (const candidate of preparedRules(configuration)) {
    if (!matches(candidate, facts)) continue;
    if (chosen.some((other) => other.destinationArn === candidate.destinationArn)) continue;
    chosen.push(candidate);
  }
  return chosen;
}

/** True when the rule carries delete markers: by its own word in the second schema, always in the first. */
export function carriesDeleteMarkers(prepared: PreparedRule): boolean {
  if (prepared.isFirstSchema) return true;
  return prepared.rule.DeleteMarkerReplication?.Status === "Enabled";
}

function matches(prepared: PreparedRule, facts: MatchFacts): boolean {
  if (!facts.key.startsWith(prepared.prefix)) return false;
  const has = ([key, value]: Tag): boolean => facts.tags?.get(key) === value;
  const { prefixes, tags } = prepared.excluded;
  if (prefixes.some((prefix) => facts.key.startsWith(prefix)) || tags.some(has)) return false;
  return prepared.tags.every(has);
}

function prepare(rule: ReplicationRule): PreparedRule {
  const filter = rule.Filter;
  const destination: Partial<Destination> = rule.Destination ?? {};
  return {
    rule,
    ruleId: rule.ID ?? "",
    destination,
    destinationArn: destination.Bucket ?? "",
    prefix: filter?.And?.Prefix ?? filter?.Prefix ?? rule.Prefix ?? "",
    tags: given(filter?.And?.Tags, filter?.Tag).map(pair),
    excluded: excludedBy(filter?.Not ?? filter?.And?.Not),
    isFirstSchema: filter === undefined,
  };
}

/**
 * "An object is excluded from the replication rule if it matches any of the specified filters": the API's description of
 * `ReplicationRuleNotOperator`, as in the model of `@aws-sdk/client-s3` 3.1173.
 */
function excludedBy({
  Or,
  Prefix,
  Tag,
}: ReplicationRuleNotOperator = {}): PreparedRule["excluded"] {
  return {
    prefixes: given(Or?.Prefixes, Prefix),
    tags: given(Or?.Tags, Tag).map(pair),
  };
}

/** The members of a list, and one beside it, as far as they are there. */
function given<Value>(list: readonly Value[] | undefined, one?: Value): readonly Value[] {
  return [list, one].flat().filter((value) => value !== undefined) as Value[];
}

const pair = (tag: { Key?: string | undefined; Value?: string | undefined }): Tag => [
  tag.Key ?? "",
  tag.Value ?? "",
];
