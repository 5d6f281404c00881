import { isAwsError } from "../../../world/aws-error";
import { FAILURE_CODES } from "../../s3/replication/failure-codes";
import { permanentRedirect } from "../../s3/errors";
import type { Task } from "../task";
import type { TaskOutcome } from "../task-report";
import type { TaskSlice } from "./job-operation";

/** The text of a succeeded task, as seen in reports of AWS for these operations. */
const SUCCESSFUL = "Successful";

/**
 * Passes an object to an operation of S3, under the job's role, "with the same results as if you performed that operation
 * one-by-one". A task that fails carries the status, code and message of S3's error; what AWS writes behind that message
 * (service, request id) is left out.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html (Operation)
 */
function callS3(slice: TaskSlice, operation: string, input: object): TaskOutcome {
  const { world, job, jobSessions } = slice;
  const session = jobSessions.session(job.request.RoleArn ?? "");
  if (session === undefined) {
    const { httpStatus, message } = FAILURE_CODES.AssumeRoleNotPermitted;
    return { status: "failed", httpStatus, errorCode: "AssumeRoleNotPermitted", message };
  }
  return outcomeOf(() => {
    const { principal } = session;
    world.invoke({ service: "s3", operation, input, principal, region: job.region });
  });
}

/**
 * As {@link callS3}, for a bucket that must be in the Region of the job. How a task fails where it is not is assumed: as a
 * request to the wrong Region does.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html (Creating a job)
 */
export function callS3InRegion(
  slice: TaskSlice,
  bucketName: string,
  operation: string,
  input: object,
): TaskOutcome {
  const bucket = slice.world.s3.findBucket(bucketName);
  if (bucket !== undefined && bucket.region !== slice.job.region) {
    return outcomeOf(() => {
      throw permanentRedirect(bucket.name, bucket.region);
    });
  }
  return callS3(slice, operation, input);
}

/**
 * For an operation on the task's own object: "you must create the job in the same Region as the objects in the manifest".
 */
export function callS3OnObject(
  slice: TaskSlice,
  task: Task,
  operation: string,
  input: object,
): TaskOutcome {
  const request = { ...objectOf(task), ...input };
  return callS3InRegion(slice, task.bucketName, operation, request);
}

/** The object as S3's requests name it; without a version id the newest version is meant. */
function objectOf({ bucketName, key, versionId }: Task): object {
  return { Bucket: bucketName, Key: key, VersionId: versionId === "" ? undefined : versionId };
}

function outcomeOf(call: () => void): TaskOutcome {
  try {
    call();
    return { status: "succeeded", message: SUCCESSFUL };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    const { statusCode: httpStatus, code: errorCode, message } = error;
    return { status: "failed", httpStatus, errorCode, message };
  }
}
