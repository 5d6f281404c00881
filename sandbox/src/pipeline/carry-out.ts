import { mergedKeys } from "../authorization/merged-keys";
import type { AccessNeed } from "../authorization/model";
import type { Operation, RequestContext } from "../world/operation";
import type { ServiceName } from "../world/service-name";
import { serviceModel } from "../protocols/service-models";
import { SERVICES } from "./services";
import { notImplemented } from "./wire-errors";

/** A context without the two functions that close over it. */
export type ContextFacts = Omit<RequestContext, "require" | "allows">;

/** @throws AwsError NotImplemented, naming the operation */
export function findOperation(service: ServiceName, name: string): Operation<object, unknown> {
  const { operations } = SERVICES[service];
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) throw notImplemented(name);
  return operation;
}

/** Authorises, then handles; all in one turn of the event loop. */
export function carryOut(
  operation: Operation<object, unknown>,
  input: object,
  facts: ContextFacts,
): unknown {
  const context = requestContext(facts);
  authorize(operation, input, context);
  return handle(operation, input, context);
}

/** @throws AwsError for a need that is not allowed, and for what AWS checks before */
export function authorize(
  operation: Operation<object, unknown>,
  input: object,
  context: RequestContext,
): void {
  for (const need of operation.access(input, context)) context.require(need);
}

/** What the operation does and answers. Changes of buckets go into their history. */
export function handle(
  operation: Operation<object, unknown>,
  input: object,
  context: RequestContext,
): unknown {
  const bucketName = context.service === "s3" ? changedBucket(context.operation, input) : undefined;
  if (bucketName === undefined) return operation.handle(input, context);
  return context.world.bucketHistory.observe(bucketName, () => operation.handle(input, context));
}

/** By operation of S3: whether it changes a bucket itself, and not what lies in it. */
const changesBucket = new Map<string, boolean>();

function changedBucket(operation: string, input: object): string | undefined {
  let changes = changesBucket.get(operation);
  if (changes === undefined) {
    const http = serviceModel("s3").operations.get(operation)?.http;
    changes =
      http !== undefined &&
      http.segments.length === 0 &&
      http.method !== "GET" &&
      http.method !== "HEAD" &&
      operation !== "DeleteObjects";
    changesBucket.set(operation, changes);
  }
  return changes && "Bucket" in input && typeof input.Bucket === "string"
    ? input.Bucket
    : undefined;
}

/**
 * Written out, since an object that is spread and then added to is of a new hidden class each time, which stays in the old
 * generation until that is collected. The type asks for members that are optional as well.
 */
type EveryMember = { [Name in keyof Required<RequestContext>]: RequestContext[Name] };

export function requestContext(facts: ContextFacts): RequestContext {
  const { world, principal } = facts;
  const complete = (need: AccessNeed): AccessNeed => ({
    ...need,
    conditionKeys:
      need.conditionKeys === undefined
        ? facts.globalConditionKeys
        : mergedKeys(facts.globalConditionKeys, need.conditionKeys),
  });
  const context: EveryMember = {
    world,
    service: facts.service,
    operation: facts.operation,
    region: facts.region,
    principal,
    requestId: facts.requestId,
    nowEpochMs: facts.nowEpochMs,
    http: facts.http,
    globalConditionKeys: facts.globalConditionKeys,
    response: facts.response,
    require(need) {
      const whole = complete(need);
      const decision = world.decide(principal, whole);
      if (decision.allowed) return;
      throw SERVICES[facts.service].accessDenied(context, whole, decision);
    },
    allows: (need) => world.decide(principal, complete(need)).allowed,
  };
  return context;
}
