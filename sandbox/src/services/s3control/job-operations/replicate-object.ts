import { FAILURE_CODES } from "../../s3/replication/failure-codes";
import type { FailureCode } from "../../s3/replication/failure-codes";
import type { Task } from "../task";
import type { JobOperation, TaskSlice } from "./job-operation";

/**
 * S3ReplicateObject: under the job's role a task may only initiate; the copy is the replication role's. Succeeded means
 * initiated, not arrived.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
 */
export const replicateObject: JobOperation = {
  // Measured on AWS: without version ids it takes no manifest.
  manifestFields: ["Bucket", "Key", "VersionId"],
  listedVersions: "all",
  needsOneBucket: false,
  activeJobsLimit: 6,
  check: () => undefined,
  run(slice, task) {
    const code = initiate(slice, task);
    if (code === undefined) return { status: "succeeded", message: "success" };
    const { httpStatus, message } = FAILURE_CODES[code];
    return { status: "failed", httpStatus, errorCode: code, message };
  },
};

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
