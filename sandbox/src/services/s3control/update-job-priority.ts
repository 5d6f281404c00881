import type { UpdateJobPriorityRequest, UpdateJobPriorityResult } from "@aws-sdk/client-s3-control";
import type { Operation } from "../../world/operation";
import { badRequest, invalidMembers } from "./errors";
import { existingJobKeys, jobNeed, placeOf } from "./job-access";
import { isTerminal } from "./job-state";
import { MemberCheck } from "./member-check";

const MAX_PRIORITY = 2_147_483_647;

/**
 * Changes a job's priority, also while it runs. A job that has ended answers `BadRequestException` (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UpdateJobPriority.html
 */
export const updateJobPriority: Operation<UpdateJobPriorityRequest, UpdateJobPriorityResult> = {
  access(input, context) {
    const place = placeOf(input, context);
    const keys = {
      ...existingJobKeys(place, input.JobId, context),
      "s3:requestjobpriority": String(input.Priority ?? ""),
    };
    return [jobNeed(place, input.JobId, "s3:UpdateJobPriority", keys)];
  },

  handle(input, context) {
    const { batch, jobControl } = context.world;
    const check = new MemberCheck();
    check.required("priority", input.Priority);
    check.range("priority", input.Priority, 0, MAX_PRIORITY);
    if (check.problems.length > 0) throw invalidMembers(check.problems);
    const job = batch.job(placeOf(input, context), input.JobId ?? "");
    if (isTerminal(job.status)) {
      throw badRequest(`The priority of a job in status ${job.status} cannot be changed`);
    }
    job.priority = input.Priority ?? job.priority;
    jobControl.rebalance(job.accountId);
    return { JobId: job.jobId, Priority: job.priority };
  },
};
