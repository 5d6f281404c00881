import type { PolicyResource } from "../resource";
import { at, isRecord, listAt, type PropertyRecord, UNKNOWN, type Unknown } from "../values";
import type { Bucket } from "./bucket";
import type { Program } from "./program";

/** A replication configuration: one source, and the vaults that its rules fill. */
export interface Replication {
  /** The resource that declares it. */
  readonly resource: PolicyResource;
  /** Absent where only the deployment tells it. */
  readonly source: Bucket | undefined;
  /** `UNKNOWN` where only the deployment tells them. */
  readonly rules: readonly ReplicationRule[] | Unknown;
}

/** One rule of a replication configuration. */
export interface ReplicationRule {
  /** As the provider takes it. */
  readonly props: PropertyRecord;
  /** Buckets of the program that it may fill: one where the destination is told, none for a bucket of elsewhere. */
  readonly destinations: readonly Bucket[];
}

/** Every replication configuration of a program. */
export function replicationsOf(program: Program): readonly Replication[] {
  return [...partReplications(program), ...inlineReplications(program)];
}

/** Buckets that are a source or a destination of a replication. */
export function replicatedBuckets(program: Program): ReadonlySet<Bucket> {
  return new Set(
    replicationsOf(program).flatMap(({ rules, source }) => [
      ...(source === undefined ? [] : [source]),
      ...(rules === UNKNOWN ? [] : rules.flatMap(({ destinations }) => destinations)),
    ]),
  );
}

function partReplications(program: Program): Replication[] {
  return program.ofKind("aws:s3:BucketReplicationConfig").map((resource) => ({
    resource,
    source: program.bucketsNamed(resource, "bucket", at(resource.props, "bucket"))[0],
    rules: rulesOf(program, resource, "rules", resource.props),
  }));
}

/** Those that are a property of the bucket itself. */
function inlineReplications(program: Program): Replication[] {
  return program.buckets.flatMap((bucket): Replication[] => {
    const { resource } = bucket;
    if (resource === undefined) return [];
    const configuration = at(resource.props, INLINE);
    if (configuration === undefined) return [];
    const rules =
      configuration === UNKNOWN ? UNKNOWN : rulesOf(program, resource, INLINE, configuration);
    return [{ resource, source: bucket, rules }];
  });
}

const INLINE = "replicationConfiguration";

function rulesOf(
  program: Program,
  resource: PolicyResource,
  property: string,
  configuration: Parameters<typeof listAt>[0],
): readonly ReplicationRule[] | Unknown {
  const rules = listAt(configuration, "rules");
  if (rules === UNKNOWN || rules.includes(UNKNOWN)) return UNKNOWN;
  return rules.filter(isRecord).map((props) => ({
    props,
    destinations: program.bucketsNamed(resource, property, at(props, "destination", "bucket")),
  }));
}
