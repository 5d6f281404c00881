import type { AccessNeed } from "../authorization/model";
import type { Operation, RequestContext } from "../world/operation";
import type { ServiceName } from "../world/service-name";
import { serviceModel } from "../protocols/service-models";
import { SERVICES } from "./services";
import { notImplemented } from "./wire-errors";

/** A context without its two questions. */
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

export function requestContext(facts: ContextFacts): RequestContext {
  return new CompleteContext(facts);
}

/**
 * Members are written out, since an object that is spread and then added to is of a new hidden class each time, which stays
 * in the old generation until that is collected. A class, so that no request makes functions of its own.
 */
class CompleteContext implements RequestContext {
  readonly world: RequestContext["world"];
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly principal: RequestContext["principal"];
  readonly requestId: string;
  readonly nowEpochMs: number;
  readonly http: RequestContext["http"];
  readonly globalConditionKeys: RequestContext["globalConditionKeys"];
  readonly response: RequestContext["response"];

  constructor(facts: ContextFacts) {
    this.world = facts.world;
    this.service = facts.service;
    this.operation = facts.operation;
    this.region = facts.region;
    this.principal = facts.principal;
    this.requestId = facts.requestId;
    this.nowEpochMs = facts.nowEpochMs;
    this.http = facts.http;
    this.globalConditionKeys = facts.globalConditionKeys;
    this.response = facts.response;
  }

  require(need: AccessNeed): void {
    const whole = this.complete(need);
    const decision = this.world.decide(this.principal, whole);
    if (decision.allowed) return;
    throw SERVICES[this.service].accessDenied(this, whole, decision);
  }

  allows(need: AccessNeed): boolean {
    return this.world.decide(this.principal, this.complete(need)).allowed;
  }

  private complete(need: AccessNeed): AccessNeed {
    return {
      action: need.action,
      resource: need.resource,
      resourceAccountId: need.resourceAccountId,
      resourcePolicy: need.resourcePolicy,
      aclGrant: need.aclGrant,
      ownerAccountId: need.ownerAccountId,
      resourcePolicyMode: need.resourcePolicyMode,
      isGranted: need.isGranted,
      isAwsManaged: need.isAwsManaged,
      conditionKeys: need.conditionKeys,
      requestKeys: this.globalConditionKeys,
    };
  }
}
