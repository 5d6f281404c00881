import type { ObjectVersion } from "../store/model";

/**
 * `x-amz-replication-status`. A replica shows REPLICA unless a change made to it is on its way back (replica modification
 * sync): then PENDING, and FAILED when it could not go. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
 */
export function shownReplicationStatus(
  version: Pick<ObjectVersion, "replicationStatus" | "replicationByDestination">,
): ObjectVersion["replicationStatus"] {
  const { replicationStatus, replicationByDestination } = version;
  if (replicationStatus !== "REPLICA" || replicationByDestination === undefined) {
    return replicationStatus;
  }
  let shown: ObjectVersion["replicationStatus"] = replicationStatus;
  for (const { status, isModification } of replicationByDestination.values()) {
    if (isModification !== true || status === "COMPLETED") continue;
    if (status === "PENDING") return status;
    shown = status;
  }
  return shown;
}
