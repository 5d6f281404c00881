import type { PolicyResource } from "../resource";
import {
  at,
  isRecord,
  listAt,
  type PropertyRecord,
  type Read,
  textAt,
  UNKNOWN,
  type Unknown,
} from "../values";
import type { Bucket } from "./bucket";
import type { Program } from "./program";

/** A replication configuration: one source, and the vaults that its rules fill. */
export interface Replication {
  /** The resource that declares it. */
  readonly resource: PolicyResource;
  /** Absent where only the deployment tells it. */
  readonly source: Bucket | undefined;
  /** ARN of the role, or what stands in its place. */
  readonly role: Read;
  /** The input that the role stands in. */
  readonly roleProperty: string;
  /** `UNKNOWN` where only the deployment tells them. */
  readonly rules: readonly ReplicationRule[] | Unknown;
}

/** One rule of a replication configuration. */
export interface ReplicationRule {
  /** As the provider takes it. */
  readonly props: PropertyRecord;
  /** As in `rule all`, or by its place where it has no id. */
  readonly label: string;
  /** Buckets of the program that it may fill: one where the destination is told, none for a bucket of elsewhere. */
  readonly destinations: readonly Bucket[];
}

/** A source, one of its vaults, and the rule between them. */
export interface Pair {
  readonly replication: Replication;
  readonly rule: ReplicationRule;
  readonly source: Bucket;
  readonly vault: Bucket;
}

/** Every replication configuration of a program. */
export function replicationsOf(program: Program): readonly Replication[] {
  return [...partReplications(program), ...inlineReplications(program)];
}

/** Every rule with the configuration that it is part of. */
export function rulesOf(program: Program): readonly (readonly [ReplicationRule, Replication])[] {
  return replicationsOf(program).flatMap((replication) =>
    replication.rules === UNKNOWN
      ? []
      : replication.rules.map((rule) => [rule, replication] as const),
  );
}

/** Every pair of which both sides are told. */
export function pairsOf(program: Program): readonly Pair[] {
  return rulesOf(program).flatMap(([rule, replication]) => {
    const [vault, ...others] = rule.destinations;
    const { source } = replication;
    if (source === undefined || vault === undefined || others.length > 0) return [];
    return [{ replication, rule, source, vault }];
  });
}

/** Buckets that replicas come to. */
export function vaultsOf(program: Program): ReadonlySet<Bucket> {
  return new Set(rulesOf(program).flatMap(([{ destinations }]) => destinations));
}

/** Buckets that are a source or a destination of a replication. */
export function replicatedBuckets(program: Program): ReadonlySet<Bucket> {
  const sources = replicationsOf(program).flatMap(({ source }) => source ?? []);
  return new Set([...sources, ...vaultsOf(program)]);
}

function partReplications(program: Program): Replication[] {
  return program.ofKind("aws:s3:BucketReplicationConfig").map((resource) => {
    const { props } = resource;
    const source = program.bucketsNamed(resource, "bucket", at(props, "bucket"))[0];
    return {
      resource,
      source,
      role: at(props, "role"),
      roleProperty: "role",
      rules: readRules(program, resource, "rules", props, source),
    };
  });
}

/** Those that are a property of the bucket itself. */
function inlineReplications(program: Program): Replication[] {
  return program.buckets.flatMap((source): Replication[] => {
    const { resource } = source;
    const configuration = at(resource?.props, INLINE);
    if (resource === undefined || configuration === undefined) return [];
    // What a provider read back shows it in the bucket, too.
    if (source.parts.has("aws:s3:BucketReplicationConfig")) return [];
    return [
      {
        resource,
        source,
        role: at(configuration, "role"),
        roleProperty: INLINE,
        rules: readRules(program, resource, INLINE, configuration, source),
      },
    ];
  });
}

const INLINE = "replicationConfiguration";

function readRules(
  program: Program,
  resource: PolicyResource,
  property: string,
  configuration: Read,
  source: Bucket | undefined,
): readonly ReplicationRule[] | Unknown {
  const rules = listAt(configuration, "rules");
  if (rules === UNKNOWN || rules.includes(UNKNOWN)) return UNKNOWN;
  return rules.filter(isRecord).map((props, index) => {
    const id = textAt(props, "id");
    return {
      props,
      label: typeof id === "string" ? `Rule ${id}` : `Rule ${index + 1}`,
      // The input as a whole may be made of the source too.
      destinations: program
        .bucketsNamed(resource, property, at(props, "destination", "bucket"))
        .filter((bucket) => bucket !== source),
    };
  });
}
