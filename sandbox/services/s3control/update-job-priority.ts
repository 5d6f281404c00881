import type { UpdateJobPriorityRequest, UpdateJobPriorityResult } from "@aws-sdk/client-s3-control";
import type { Operation } from "../../operation";
import { badRequest } from "./errors";
import { jobNeed, placeOf } from "./job-access";
import { isTerminal } from "./job-state";

const MAX_PRIORITY = 2_147_483_647;

/**
 * Changes a job's priority, also while it runs. A job that has ended answers `BadRequestException` (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UpdateJobPriority.html
 */
export const updateJobPriority: Operation<UpdateJobPriorityRequest, UpdateJobPriorityResult> = {
  access(input, context) {
    const place = placeOf(input, context);
    const job = context.world.batch.findJob(place, input.JobId ?? "");
    const keys = {
      "s3:requestjobpriority": String(input.Priority ?? ""),
      "s3:existingjobpriority": job && String(job.priority),
      "s3:existingjoboperation": job?.operationName,
    };
    return [jobNeed(place, input.JobId, "s3:UpdateJobPriority", keys)];
  },

  handle(input, context) {
    const { batch } = context.world;
    const priority = input.Priority;
    if (
      priority === undefined ||
      !Number.isInteger(priority) ||
      priority < 0 ||
      priority > MAX_PRIORITY
    ) {
      throw badRequest(`Priority must be between 0 and ${MAX_PRIORITY}`);
    }
    const job = batch.job(placeOf(input, context), input.JobId ?? "");
    if (isTerminal(job.status)) {
      throw badRequest(`The priority of a job in status ${job.status} cannot be changed`);
    }
    job.priority = priority;
    batch.runner.rebalance(job.accountId);
    return { JobId: job.jobId, Priority: job.priority };
  },
};
