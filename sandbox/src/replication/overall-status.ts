import { haveEqualMembers, RecentValues } from "../values/recent-values";
import type { DestinationStatus, ObjectVersion } from "../services/s3/store/model";

/**
 * `x-amz-replication-status` of a source version from what became of it per destination: PENDING while any runs,
 * FAILED if any failed, COMPLETED only when all succeeded. Undefined when it goes nowhere. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
 */
export function overallStatus(
  statuses: Iterable<DestinationStatus>,
): "PENDING" | "COMPLETED" | "FAILED" | undefined {
  let overall: "COMPLETED" | "FAILED" | undefined;
  for (const { status } of statuses) {
    if (status === "PENDING") return "PENDING";
    if (status === "FAILED") overall = "FAILED";
    else overall ??= "COMPLETED";
  }
  return overall;
}

/** Millions of versions go the same ways with the same outcome: they share what is said of it. */
const recentStatuses = new RecentValues<DestinationStatus>(haveEqualMembers);
const recentOutcomes = new RecentValues<ReadonlyMap<string, DestinationStatus>>(
  (left, right) =>
    left.size === right.size && [...left].every(([arn, status]) => right.get(arn) === status),
);

/** Notes what became of a version at one destination, and what that makes of the whole. */
export function settle(
  version: ObjectVersion,
  destinationArn: string,
  outcome: DestinationStatus,
): void {
  const known = version.replicationByDestination;
  version.replicationByDestination = recentOutcomes.shared(
    new Map(known).set(destinationArn, recentStatuses.shared(outcome)),
  );
  // A replica that a job passes on still is a replica itself (assumed: the header stays REPLICA); what a modification sync
  // shows is read from the destinations.
  if (version.replicationStatus === "REPLICA") return;
  version.replicationStatus = overallStatus(version.replicationByDestination.values());
}
