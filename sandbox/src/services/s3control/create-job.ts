import type { CreateJobRequest, CreateJobResult, OperationName } from "@aws-sdk/client-s3-control";
import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation } from "../../world/operation";
import { createJobConflicts, createJobProblems } from "./create-job-validation";
import { badRequest, crossAccountRole, invalidMembers, operationNotImplemented } from "./errors";
import { placeOf } from "./job-access";
import { JOB_OPERATIONS, operationNameOf } from "./job-operations";
import { jobArn } from "./state";

/**
 * Makes a batch job. The caller needs `s3:CreateJob` (which has no resource), `iam:PassRole` on the job's role, and
 * `s3:PutJobTagging` when tags come with it. `iam:PassedToService` is not filled in, as on AWS (measured there).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html
 */
export const createJob: Operation<CreateJobRequest, CreateJobResult> = {
  access(input, context) {
    const place = placeOf(input, context);
    const problems = createJobProblems(input);
    if (problems.length > 0) throw invalidMembers(problems);
    const conflicts = createJobConflicts(input);
    if (conflicts.length > 0) throw badRequest(conflicts.join("; "));
    const roleArn = input.RoleArn ?? "";
    if (roleArn.split(":")[4] !== place.accountId) throw crossAccountRole();

    const tagKeys = requestTagKeys(input.Tags);
    const needs: AccessNeed[] = [
      { action: "s3:CreateJob", resource: "*", conditionKeys: { ...jobKeys(input), ...tagKeys } },
      { action: "iam:PassRole", resource: roleArn, resourceAccountId: place.accountId },
    ];
    if (input.Tags !== undefined && input.Tags.length > 0) {
      needs.push({
        action: "s3:PutJobTagging",
        resource: jobArn(place.accountId, place.region, "*"),
        resourceAccountId: place.accountId,
        conditionKeys: tagKeys,
      });
    }
    return needs;
  },

  handle(input, context) {
    const operationName = operationOf(input);
    if (JOB_OPERATIONS[operationName] === undefined) throw operationNotImplemented(operationName);
    const place = placeOf(input, context);
    const job = context.world.batch.create({ ...place, request: input, operationName });
    return { JobId: job.jobId };
  },
};

function operationOf(input: CreateJobRequest): OperationName {
  const name = operationNameOf(input);
  if (name === undefined) throw new Error("A job without an operation was not refused.");
  return name;
}

function jobKeys(input: CreateJobRequest): ConditionKeys {
  return {
    "s3:requestjobpriority": String(input.Priority ?? ""),
    "s3:requestjoboperation": operationOf(input),
  };
}
