import type { UpdateJobStatusRequest, UpdateJobStatusResult } from "@aws-sdk/client-s3-control";
import type { Operation, RequestContext } from "../../operation";
import { badRequest, invalidMembers, jobStatusConflict } from "./errors";
import { AWAITING_CONFIRMATION } from "./job";
import { jobNeed, placeOf } from "./job-access";
import { nextStatus } from "./job-state";

const MAX_REASON_LENGTH = 256;

/**
 * Confirms a suspended job (`Ready`) or cancels one. A job whose state does not take it, a confirmed one too, answers
 * `JobStatusException` (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UpdateJobStatus.html
 */
export const updateJobStatus: Operation<UpdateJobStatusRequest, UpdateJobStatusResult> = {
  access(input, context) {
    const keys = existingJobKeys(input, context);
    return [jobNeed(placeOf(input, context), input.JobId, "s3:UpdateJobStatus", keys)];
  },

  handle(input, context) {
    const { batch } = context.world;
    const { RequestedJobStatus: requested, StatusUpdateReason: reason } = input;
    if (requested !== "Ready" && requested !== "Cancelled") {
      throw badRequest("RequestedJobStatus must be Ready or Cancelled");
    }
    if (reason !== undefined && reason.length > MAX_REASON_LENGTH) {
      throw invalidMembers([
        `Value '${reason}' at 'statusUpdateReason' failed to satisfy constraint: ` +
          `Member must have length less than or equal to ${MAX_REASON_LENGTH}`,
      ]);
    }
    const job = batch.job(placeOf(input, context), input.JobId ?? "");
    const event = requested === "Ready" ? "confirm" : "cancel";
    if (nextStatus(job.status, event) === undefined) {
      throw jobStatusConflict(job.status, requested);
    }
    job.statusUpdateReason = reason;
    if (event === "confirm") batch.runner.confirm(job);
    else batch.runner.cancel(job);
    return { JobId: job.jobId, Status: job.status, StatusUpdateReason: job.statusUpdateReason };
  },
};

/** An approver may be limited to jobs that wait for confirmation. A job that is not there has no keys. */
function existingJobKeys(
  input: UpdateJobStatusRequest,
  context: RequestContext,
): Record<string, string> {
  const job = context.world.batch.findJob(placeOf(input, context), input.JobId ?? "");
  if (job === undefined) return {};
  return {
    "s3:existingjobpriority": String(job.priority),
    "s3:existingjoboperation": job.operationName,
    ...(job.status === "Suspended" ? { "s3:jobsuspendedcause": AWAITING_CONFIRMATION } : {}),
  };
}
