import { FAILURE_CODES } from "../s3/replication/failure-codes";
import type { FailureCode } from "../s3/replication/failure-codes";
import type { ServiceSessions } from "../s3/access/service-session";
import type { World } from "../../world/world";
import type { BatchReplication } from "./batch-replication";
import type { Job } from "./job";
import type { Task } from "./task";
import type { TaskOutcome } from "./task-report";

/** What the tasks of one slice share: each role is assumed once. */
export interface TaskSlice {
  readonly world: World;
  readonly job: Job;
  readonly jobSessions: ServiceSessions;
  readonly replication: BatchReplication;
  readonly replicationSessions: ServiceSessions;
}

/**
 * Runs one task of S3ReplicateObject: under the job's role it may only initiate; the copy is the replication role's.
 * Succeeded means initiated, not arrived.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
 */
export function runTask(slice: TaskSlice, task: Task): TaskOutcome {
  const code = initiate(slice, task);
  if (code === undefined) return { status: "succeeded" };
  const { httpStatus, message } = FAILURE_CODES[code];
  return { status: "failed", httpStatus, errorCode: code, message };
}

function initiate(slice: TaskSlice, task: Task): FailureCode | undefined {
  const { world, job, jobSessions, replication, replicationSessions } = slice;
  const { key, versionId } = task;
  // A row without a version id parses, but its task fails (measured on AWS).
  if (versionId === "") return "SrcObjectNotFound";
  const bucket = world.s3.findBucket(task.bucketName);
  if (bucket === undefined) return "SrcBucketNotFound";
  if (bucket.region !== job.region) return "SrcBucketInvalidRegion";
  const session = jobSessions.session(job.request.RoleArn ?? "");
  if (session === undefined) return "AssumeRoleNotPermitted";
  if (!session.allows({ action: "s3:InitiateReplication", bucket, key })) {
    return "InitiateReplicationNotPermitted";
  }
  const version = bucket.objects.version(key, versionId);
  if (version === undefined) {
    return bucket.objects.current(key) === undefined ? "SrcKeyNotFound" : "SrcVersionNotFound";
  }
  return replication.initiate(bucket, version, replicationSessions);
}
