import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import type { RequestContext } from "../../operation";
import { foreignAccount } from "./errors";
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

/** The right to an action on one job. Identity policies only: jobs have no resource policy. */
export function jobNeed(
  place: JobPlace,
  jobId: string | undefined,
  action: string,
  conditionKeys: ConditionKeys = {},
): AccessNeed {
  return {
    action,
    resource: jobArn(place.accountId, place.region, jobId ?? ""),
    resourceAccountId: place.accountId,
    conditionKeys,
  };
}
