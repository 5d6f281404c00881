import type { ServiceSessions } from "../s3/access/service-session";
import type { FailureCode } from "../s3/replication/failure-codes";
import type { Bucket, ObjectVersion } from "../s3/store/model";

/** What jobs ask of replication, which `create-world.ts` hands them. */
export interface BatchReplication {
  /** Sessions of the replication role; a job keeps one object for each slice of its tasks. */
  openSessions(): ServiceSessions;
  /** What one task does. Undefined: initiated. */
  initiate(
    source: Bucket,
    version: ObjectVersion,
    sessions: ServiceSessions,
  ): FailureCode | undefined;
}
