import type { ReplicationConfiguration } from "@aws-sdk/client-s3";

/** The ids of the rules of a configuration that S3 tells more of than the status of versions. */
export interface WatchedRules {
  /** With metrics: counted in CloudWatch, failures told of. Replication Time Control brings them along. */
  readonly measured: ReadonlySet<string>;
  /** With Replication Time Control: told of when late. */
  readonly timed: ReadonlySet<string>;
}

/** A configuration is replaced as a whole and never changed, so what was made of it holds. */
const watchedByConfiguration = new WeakMap<ReplicationConfiguration, WatchedRules>();
const NONE: WatchedRules = { measured: new Set(), timed: new Set() };

/** @param configuration undefined: the bucket has none */
export function watchedRules(configuration: ReplicationConfiguration | undefined): WatchedRules {
  if (configuration === undefined) return NONE;
  const known = watchedByConfiguration.get(configuration);
  if (known !== undefined) return known;
  const measured = new Set<string>();
  const timed = new Set<string>();
  for (const { Destination, ID } of configuration.Rules ?? []) {
    const isTimed = Destination?.ReplicationTime?.Status === "Enabled";
    if (isTimed) timed.add(ID ?? "");
    if (isTimed || Destination?.Metrics?.Status === "Enabled") measured.add(ID ?? "");
  }
  const watched = { measured, timed };
  watchedByConfiguration.set(configuration, watched);
  return watched;
}
