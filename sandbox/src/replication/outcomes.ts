import type { World } from "../world/world";
import { publishEvent } from "./event";
import { FailureLog } from "./failure-log";
import type { FailureCode } from "../services/s3/replication/failure-codes";
import type { ReplicationFailure } from "./failure-log";
import type { ReplicationMetrics } from "./metrics";
import { settle } from "./overall-status";
import type { ReplicationStep } from "./step";
import { watchedRules } from "./watched-rules";

/** What becomes of steps, and who is told of it. */
export class ReplicationOutcomes {
  private readonly log = new FailureLog();

  constructor(
    private readonly world: World,
    private readonly metrics: ReplicationMetrics,
  ) {}

  /** The latest failures, oldest first. */
  get failures(): readonly ReplicationFailure[] {
    return this.log.failures;
  }

  /** Sets the version's status at the destination. Undefined: arrived. */
  settle(step: ReplicationStep, failureCode: FailureCode | undefined): "arrived" | "failed" {
    const { source, version, destinationArn, ruleId, road } = step;
    // Read of replicas alone, which send nothing live but changes of their metadata.
    const isModification = road === "live" || undefined;
    if (failureCode === undefined) {
      settle(version, destinationArn, { status: "COMPLETED", ruleId, isModification });
      const { changes } = this.world.s3;
      changes.publish({ kind: "replicated", bucket: source, version, cause: "replication" });
      return "arrived";
    }
    settle(version, destinationArn, { status: "FAILED", ruleId, failureCode, isModification });
    this.tellOfFailure(step, failureCode);
    return "failed";
  }

  /** Tells of a failure that leaves the version's status as it is. */
  tellOfFailure(step: ReplicationStep, failureCode: FailureCode): void {
    const { source, version, destinationArn, ruleId, road } = step;
    this.metrics.failed(step);
    if (watchedRules(source.replication).measured.has(ruleId)) {
      const event = "OperationFailedReplication";
      publishEvent(this.world, event, step, { failureReason: failureCode });
    }
    this.log.add({
      atEpochMs: this.world.clock.nowEpochMs(),
      sourceBucketName: source.name,
      key: version.key,
      versionId: version.versionId,
      ruleId,
      destinationBucketArn: destinationArn,
      road,
      failureCode,
    });
  }
}
