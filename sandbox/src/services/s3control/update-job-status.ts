import type { UpdateJobStatusRequest, UpdateJobStatusResult } from "@aws-sdk/client-s3-control";
import type { ConditionKeys } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { invalidMembers, jobStatusConflict } from "./errors";
import { AWAITING_CONFIRMATION } from "./job";
import { existingJobKeys, jobNeed, placeOf } from "./job-access";
import { nextStatus } from "./job-state";
import { MemberCheck } from "./member-check";

const MAX_REASON_LENGTH = 256;

/**
 * Confirms a suspended job (`Ready`) or cancels one. A job whose state does not take it, a confirmed one too, answers
 * `JobStatusException` (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UpdateJobStatus.html
 */
export const updateJobStatus: Operation<UpdateJobStatusRequest, UpdateJobStatusResult> = {
  access(input, context) {
    const keys = suspendedJobKeys(input, context);
    return [jobNeed(placeOf(input, context), input.JobId, "s3:UpdateJobStatus", keys)];
  },

  handle(input, context) {
    const { batch, jobControl } = context.world;
    const { RequestedJobStatus: requested, StatusUpdateReason: reason } = input;
    const check = new MemberCheck();
    check.required("requestedJobStatus", requested);
    check.oneOf("requestedJobStatus", requested, ["Cancelled", "Ready"]);
    check.length("statusUpdateReason", reason, 1, MAX_REASON_LENGTH);
    if (requested === undefined || check.problems.length > 0) throw invalidMembers(check.problems);
    const job = batch.job(placeOf(input, context), input.JobId ?? "");
    const event = requested === "Ready" ? "confirm" : "cancel";
    if (nextStatus(job.status, event) === undefined) {
      throw jobStatusConflict(job.status, requested);
    }
    job.statusUpdateReason = reason;
    if (event === "confirm") jobControl.confirm(job);
    else jobControl.cancel(job);
    return { JobId: job.jobId, Status: job.status, StatusUpdateReason: job.statusUpdateReason };
  },
};

/** An approver may be limited to jobs that wait for confirmation. */
function suspendedJobKeys(input: UpdateJobStatusRequest, context: RequestContext): ConditionKeys {
  const place = placeOf(input, context);
  const status = context.world.batch.findJob(place, input.JobId ?? "")?.status;
  return {
    ...existingJobKeys(place, input.JobId, context),
    ...(status === "Suspended" ? { "s3:jobsuspendedcause": AWAITING_CONFIRMATION } : {}),
  };
}
