import type { Operation as RequestKind, ProgressEvent } from "@aws-sdk/client-cloudcontrol";
import { isDeepStrictEqual } from "node:util";
import type { AccessNeed } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";
import * as errors from "./errors";
import { describeFailure } from "./handler-errors";
import type { HandlerContext } from "./resource-type";
import type { ResourceRequest } from "./state";
import type { RegisteredType } from "./types";

/** The need of every action of Cloud Control. Source: its denials name `resource/*` whatever the type. */
export function accessNeed(action: string, context: RequestContext): AccessNeed {
  const accountId = context.principal.accountId ?? "";
  return {
    action: `cloudformation:${action}`,
    resource: `arn:aws:cloudformation:${context.region}:${accountId}:resource/*`,
  };
}

/** The caller, as the handlers of types act for it: a forward access session. */
export function handlerContext(context: RequestContext): HandlerContext {
  const { world, region } = context;
  // `aws:CalledVia` of Cloud Control is CloudFormation's (assumed: the reference lists no own name for it).
  const principal = { ...context.principal, calledVia: "cloudformation.amazonaws.com" };
  return {
    world,
    principal,
    region,
    accountId: context.principal.accountId ?? "",
    call: <Output>(
      service: Parameters<HandlerContext["call"]>[0],
      operation: string,
      input: object,
    ) =>
      // The output's type is that of the operation's own schema, which the caller names.
      world.invoke({ service, operation, input, principal, region }) as Output,
  };
}

/** What a request asks for, beside the work itself. */
export interface RequestDetails {
  readonly kind: RequestKind;
  readonly typeName: string;
  readonly clientToken?: string;
  readonly identifier?: string;
  /** Everything that makes a repeat the same request. */
  readonly content: readonly unknown[];
}

/** The earlier request of the same client token, if there is one. */
export function repeated(
  details: RequestDetails,
  context: RequestContext,
): ProgressEvent | undefined {
  if (details.clientToken === undefined) return undefined;
  const earlier = context.world.cloudControl.findByClientToken(
    context.principal.accountId ?? "",
    context.region,
    details.clientToken,
  );
  if (earlier === undefined) return undefined;
  if (!isDeepStrictEqual(JSON.parse(earlier.fingerprint), fingerprintOf(details))) {
    throw errors.clientTokenConflict(details.clientToken);
  }
  return progressEvent(earlier);
}

const fingerprintOf = (details: RequestDetails): unknown =>
  JSON.parse(JSON.stringify([details.kind, details.typeName, ...details.content]));

/**
 * Starts the request; the work is done `cloudControlDelayMs` later in one turn.
 * @throws ConcurrentOperationException while another request for the same resource is under way
 */
export function startRequest(
  details: RequestDetails,
  type: RegisteredType,
  context: RequestContext,
  work: () => string,
): ProgressEvent {
  const { world, region } = context;
  const accountId = context.principal.accountId ?? "";
  const state = world.cloudControl;
  if (details.identifier !== undefined) {
    const other = state.findUnderWay(accountId, region, details.typeName, details.identifier);
    if (other !== undefined) throw errors.concurrentOperation(other.requestToken);
  }
  const request: ResourceRequest = {
    requestToken: state.nextRequestToken(),
    accountId,
    region,
    typeName: details.typeName,
    operation: details.kind,
    clientToken: details.clientToken,
    fingerprint: JSON.stringify(fingerprintOf(details)),
    sequence: state.nextSequence(),
    status: "IN_PROGRESS",
    identifier: details.identifier,
    eventEpochMs: context.nowEpochMs,
  };
  state.add(request);
  const handler = handlerContext(context);
  request.task = world.clock.schedule(world.settings.cloudControlDelayMs, () => {
    finish(request, type, handler, work);
  });
  return progressEvent(request);
}

function finish(
  request: ResourceRequest,
  type: RegisteredType,
  context: HandlerContext,
  work: () => string,
): void {
  try {
    request.identifier = work();
    if (request.operation !== "DELETE") {
      request.resourceModel = JSON.stringify(type.handler.read(request.identifier, context));
    }
    request.status = "SUCCESS";
  } catch (error) {
    const failure = describeFailure(error, request.typeName);
    request.status = "FAILED";
    request.errorCode = failure.errorCode;
    request.statusMessage = failure.statusMessage;
  }
  request.eventEpochMs = context.world.clock.nowEpochMs();
}

/** A request as the API shows it. */
export function progressEvent(request: ResourceRequest): ProgressEvent {
  return {
    TypeName: request.typeName,
    Identifier: request.identifier,
    RequestToken: request.requestToken,
    Operation: request.operation,
    OperationStatus: request.status,
    EventTime: new Date(request.eventEpochMs),
    ResourceModel: request.resourceModel,
    StatusMessage: request.statusMessage,
    ErrorCode: request.errorCode,
  };
}
