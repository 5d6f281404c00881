import type { ReplicationEvent, ReplicationEventData } from "../services/s3/store/changes";
import type { World } from "../world/world";
import type { ReplicationStep } from "./step";

/** Tells of a step as S3's events do; the caller has made sure that the rule is watched. */
export function publishEvent(
  world: World,
  event: ReplicationEvent["event"],
  step: ReplicationStep,
  more: Pick<ReplicationEventData, "failureReason" | "thresholdMinutes" | "replicatedEpochMs"> = {},
): void {
  const { source, version, ruleId, destinationArn, requestEpochMs } = step;
  world.s3.changes.publish({
    kind: "replication-event",
    event,
    bucket: source,
    version,
    cause: "replication",
    replication: { ruleId, destinationBucketArn: destinationArn, requestEpochMs, ...more },
  });
}
