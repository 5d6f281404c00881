import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";
import { foreignAccount, invalidMembers } from "./errors";
import { MemberCheck } from "./member-check";
import { jobArn } from "./state";
import type { JobPlace } from "./state";

/**
 * The account and Region of a request.
 * @throws AwsError `AccessDenied` when the account id of the request is not the caller's
 */
export function placeOf(
  input: { readonly AccountId?: string | undefined },
  context: RequestContext,
): JobPlace {
  const callerAccountId = context.principal.accountId;
  const accountId = input.AccountId ?? callerAccountId;
  if (accountId === undefined || accountId !== callerAccountId) throw foreignAccount();
  return { accountId, region: context.region };
}

/**
 * The right to an action on one job. Identity policies only: jobs have no resource policy.
 * @throws AwsError `BadRequestException` for what is no job id
 */
export function jobNeed(
  place: JobPlace,
  jobId: string | undefined,
  action: string,
  conditionKeys: ConditionKeys = {},
): AccessNeed {
  const check = new MemberCheck();
  check.required("jobId", jobId);
  check.length("jobId", jobId, 5, 36);
  check.pattern("jobId", jobId, JOB_ID);
  if (check.problems.length > 0) throw invalidMembers(check.problems);
  return {
    action,
    resource: jobArn(place.accountId, place.region, jobId ?? ""),
    resourceAccountId: place.accountId,
    conditionKeys,
  };
}

const JOB_ID = /^[a-zA-Z0-9\-_]+$/;

/**
 * What policies can ask of the job that a request changes. A job that is not there has no keys.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export function existingJobKeys(
  place: JobPlace,
  jobId: string | undefined,
  context: RequestContext,
): ConditionKeys {
  const job = context.world.batch.findJob(place, jobId ?? "");
  if (job === undefined) return {};
  return {
    "s3:existingjobpriority": String(job.priority),
    "s3:existingjoboperation": job.operationName,
  };
}
