import type {
  CancelResourceRequestInput,
  CancelResourceRequestOutput,
  GetResourceRequestStatusInput,
  GetResourceRequestStatusOutput,
  ListResourceRequestsInput,
  ListResourceRequestsOutput,
} from "@aws-sdk/client-cloudcontrol";
import type { Operation, RequestContext } from "../../world/operation";
import * as errors from "./errors";
import { page } from "./paging";
import { accessNeed, progressEvent } from "./requests";
import type { ResourceRequest } from "./state";

export const getResourceRequestStatus: Operation<
  GetResourceRequestStatusInput,
  GetResourceRequestStatusOutput
> = {
  access: (_input, context) => [accessNeed("GetResourceRequestStatus", context)],

  handle: (input, context) => ({
    ProgressEvent: progressEvent(requestOf(input.RequestToken, context)),
  }),
};

export const listResourceRequests: Operation<
  ListResourceRequestsInput,
  ListResourceRequestsOutput
> = {
  access: (_input, context) => [accessNeed("ListResourceRequests", context)],

  handle(input, context) {
    const { Operations: kinds, OperationStatuses: statuses } =
      input.ResourceRequestStatusFilter ?? {};
    const requests = context.world.cloudControl
      .requestsOf(context.principal.accountId ?? "", context.region)
      .filter((request) => kinds?.includes(request.operation) ?? true)
      .filter((request) => statuses?.includes(request.status) ?? true);
    const { items, nextToken } = page(requests, input.MaxResults, input.NextToken);
    return {
      ResourceRequestStatusSummaries: items.map((request) => ({
        ...progressEvent(request),
        ResourceModel: undefined,
      })),
      NextToken: nextToken,
    };
  },
};

/** A request is carried out in one turn at its end, so cancelling it before leaves nothing half done. */
export const cancelResourceRequest: Operation<
  CancelResourceRequestInput,
  CancelResourceRequestOutput
> = {
  access: (_input, context) => [accessNeed("CancelResourceRequest", context)],

  handle(input, context) {
    const request = requestOf(input.RequestToken, context);
    if (request.status !== "IN_PROGRESS" && request.status !== "PENDING") {
      throw errors.notCancellable(request.requestToken, request.status);
    }
    request.task?.cancel();
    request.status = "CANCEL_COMPLETE";
    request.eventEpochMs = context.nowEpochMs;
    return { ProgressEvent: progressEvent(request) };
  },
};

function requestOf(token: string | undefined, context: RequestContext): ResourceRequest {
  const request = context.world.cloudControl.find(
    context.principal.accountId ?? "",
    context.region,
    token ?? "",
  );
  if (request === undefined) throw errors.requestTokenNotFound(token ?? "");
  return request;
}
