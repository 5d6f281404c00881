import type { Road } from "../services/s3/replication/eligibility";
import type { FailureCode } from "../services/s3/replication/failure-codes";

/** One copy that failed, as an `s3:Replication:OperationFailedReplication` event would tell it. */
export interface ReplicationFailure {
  readonly atEpochMs: number;
  readonly sourceBucketName: string;
  readonly key: string;
  readonly versionId: string;
  readonly ruleId: string;
  readonly destinationBucketArn: string;
  readonly road: Road;
  readonly failureCode: FailureCode;
}

/** A bucket that fails a million times must not fill the memory; the versions' own statuses stay complete. */
const KEPT_FAILURES_COUNT = 10_000;

/** The latest failures, oldest first. */
export class FailureLog {
  private entries: ReplicationFailure[] = [];

  get failures(): readonly ReplicationFailure[] {
    return this.entries;
  }

  add(failure: ReplicationFailure): void {
    this.entries.push(failure);
    if (this.entries.length > 2 * KEPT_FAILURES_COUNT) {
      this.entries = this.entries.slice(-KEPT_FAILURES_COUNT);
    }
  }
}
