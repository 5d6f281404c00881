import { AwsError } from "../world/aws-error";
import type { FaultPlan, FaultRule } from "../faults/faults";
import type { RequestContext } from "../world/operation";
import type { ServiceName } from "../world/service-name";
import { protocolOf } from "../protocols";
import type { AnswerIds, WireOutput } from "../protocols/protocol";
import type { World } from "../world/world";
import { AnswerIdSource } from "./answer-ids";
import { verifyBody, verifyFormFile, type VerifiedBody } from "./body";
import { carryOut, findOperation } from "./carry-out";
import { requestConditionKeys } from "./condition-keys";
import { addCorsHeaders, preflight } from "./cross-origin";
import { authenticateForm } from "./form-upload/authenticate-form";
import { readFormUpload } from "./form-upload/form-upload";
import { httpFacts, withHoistedHeaders } from "./http-facts";
import {
  chooseFault,
  deliveryAfter,
  failBefore,
  NotCarriedOut,
  skewOf,
  worldAtSkewedTime,
  worldSeenBy,
  type Delivery,
} from "./inject-fault";
import type { RawRequest } from "./raw-request";
import type { RequestLogEntry } from "./request-log";
import { requestProtocol, routeOperation, routeService, type Route } from "./route";
import { readSignature, type ReadSignature } from "./signature-facts";
import { authenticate } from "./authenticate";
import type { Authentication } from "./sigv4";
import { SigningKeys } from "./signing-key";
import * as errors from "./wire-errors";

export interface PipelineOptions {
  readonly world: World;
  readonly log?: (entry: RequestLogEntry) => void;
  /** What is to go wrong. */
  readonly faults?: FaultPlan;
  /** Told of errors that are no `AwsError`: mistakes in the sandbox, answered as InternalError. */
  readonly onDefect?: (error: unknown) => void;
}

/** An answer, and what becomes of it on its way when a fault hits it. */
export interface Answer extends WireOutput {
  delivery?: Delivery;
}

/** What has become known of a request on its way, for the answer and the log. */
interface Progress {
  service: ServiceName;
  route?: Route;
  authentication?: Authentication;
  region?: string;
  fault?: FaultRule;
}

/** Region of requests that name none: S3's anonymous ones. */
const DEFAULT_REGION = "us-east-1";

/**
 * Turns requests into answers, one after the other; nothing here waits.
 *
 * Not served, each refused by name: Signature Version 4A, S3 on Outposts, directory buckets and access points. A body is
 * taken in whole before anything is checked, so a refusal comes after the upload and not in the place of `100 Continue`.
 */
export class Pipeline {
  private readonly keys = new SigningKeys();
  private readonly ids: AnswerIdSource;

  constructor(private readonly options: PipelineOptions) {
    this.ids = new AnswerIdSource(options.world.random);
  }

  answer(request: RawRequest): Answer {
    const startEpochMs = this.options.world.clock.nowEpochMs();
    const signature = readSignature(request);
    const target = routeService(request, signature);
    const progress: Progress = { service: typeof target === "string" ? target : target.answerAs };
    const ids = this.ids.next(progress.service);
    let output: Answer;
    let error: AwsError | undefined;
    try {
      if (typeof target !== "string") throw errors.notImplemented(`The service ${target.foreign}`);
      output = this.process(request, signature, progress, ids);
    } catch (thrown) {
      if (thrown instanceof NotCarriedOut) {
        output = { statusCode: 0, headers: {}, body: undefined, delivery: thrown.delivery };
        this.log(request, progress, ids, output, undefined, startEpochMs);
        return output;
      }
      error = this.asAwsError(thrown);
      output = protocolOf(progress.service, requestProtocol(progress.service, request)).encodeError(
        error,
        ids,
      );
    }
    if (progress.fault !== undefined) output.delivery = deliveryAfter(progress.fault);
    this.finish(output, request, progress, ids);
    this.log(request, progress, ids, output, error, startEpochMs);
    return output;
  }

  /** An error that the server meets before there is a whole request: a body that is too large. */
  refuse(request: RawRequest, error: AwsError): WireOutput {
    const target = routeService(request, readSignature(request));
    const progress: Progress = { service: typeof target === "string" ? target : target.answerAs };
    const ids = this.ids.next(progress.service);
    const output = protocolOf(
      progress.service,
      requestProtocol(progress.service, request),
    ).encodeError(error, ids);
    this.finish(output, request, progress, ids);
    this.log(request, progress, ids, output, error, this.options.world.clock.nowEpochMs());
    return output;
  }

  /** An answer that could not be sent, for what `reason` says. */
  fail(request: RawRequest, reason: unknown): WireOutput {
    return this.refuse(request, this.asAwsError(reason));
  }

  /** The way of a request, in order. Each step may throw the error that is the answer. */
  private process(
    request: RawRequest,
    signature: ReadSignature,
    progress: Progress,
    ids: AnswerIds,
  ): WireOutput {
    const { world } = this.options;
    const { service } = progress;
    const isS3Family = service === "s3" || service === "s3control";

    // A browser that asks whether it may send a request: no operation, and nobody's.
    if (service === "s3" && request.method === "OPTIONS") return preflight(world, request);

    // 1. Which operation of the service. A form upload has its key in a field.
    let route = routeOperation(service, request);
    progress.route = route;
    const { operation } = route;
    const upload = operation.name === "PostObject" ? readFormUpload(request) : undefined;
    if (upload !== undefined) {
      route = { ...route, labels: { ...route.labels, Key: upload.key } };
      progress.route = route;
    }

    // 2. What a test wants to go wrong; it does so when it is known that the request is in order so far.
    const fault = this.chooseFault(service, route, signature);
    progress.fault = fault;

    // 3. Who asks: the signature over method, path, query, headers and the hash of the body.
    const timed = fault === undefined ? world : worldAtSkewedTime(world, fault);
    const bucketName = service === "s3" ? route.labels["Bucket"] : undefined;
    if (upload !== undefined && signature.outcome !== "none") {
      throw errors.notImplemented("A form upload that is signed outside of its fields");
    }
    const authentication =
      upload === undefined
        ? authenticate(timed, this.keys, service, request, signature)
        : authenticateForm(timed, this.keys, upload, {
            bucketName: bucketName ?? "",
            region: this.bucketRegion(bucketName),
          });
    progress.authentication = authentication;
    if (fault !== undefined) failBefore(fault, service, request);

    // 4. Which Region: the one signed for.
    const region = signedRegion(signature) ?? this.bucketRegion(bucketName) ?? DEFAULT_REGION;
    progress.region = region;
    if (service === "s3") this.checkSigningRegion(route, bucketName, region, signature);

    // 5. The body: out of its chunks, checked against hash, Content-MD5 and checksums. The other services' bodies are
    //    covered by step 3.
    const hoisted = authentication.presigned ? withHoistedHeaders(request) : request;
    const verified: VerifiedBody =
      upload !== undefined
        ? verifyFormFile(upload.headers, upload.file.body, operation)
        : isS3Family
          ? verifyBody(hoisted, operation, authentication)
          : { body: hoisted.body, headers: hoisted.headers };

    // 6. Whether the sandbox has the operation at all.
    const handler = findOperation(service, operation.name);

    // 7. The input, by the operation's schema.
    const protocol = protocolOf(service, requestProtocol(service, request));
    const input = protocol.decodeInput(operation, {
      labels: route.labels,
      query: request.query,
      headers: verified.headers,
      body: verified.body,
    });

    // 8. Authorise, then handle.
    const response: RequestContext["response"] = { headers: {} };
    const output = carryOut(handler, input, {
      world: worldSeenBy(world, service, operation.name, fault),
      service,
      operation: operation.name,
      region,
      principal: authentication.principal,
      requestId: ids.requestId,
      nowEpochMs: world.clock.nowEpochMs(),
      http: httpFacts(request, verified, authentication, upload?.values),
      globalConditionKeys: requestConditionKeys(request, authentication, region, world.settings),
      response,
    });

    // 9. The output, by the operation's schema; then what the schema has no place for.
    const wire = protocol.encodeOutput(operation, output, ids);
    wire.statusCode = response.statusCode ?? wire.statusCode;
    wire.body = response.body ?? wire.body;
    for (const [name, value] of Object.entries(response.headers)) {
      wire.headers[name.toLowerCase()] = value;
    }
    return wire;
  }

  private chooseFault(
    service: ServiceName,
    route: Route,
    signature: ReadSignature,
  ): FaultRule | undefined {
    const { faults, world } = this.options;
    if (faults === undefined || faults.isEmpty) return undefined;
    return chooseFault(faults, world, service, route, signature);
  }

  private bucketRegion(bucketName: string | undefined): string | undefined {
    return bucketName === undefined
      ? undefined
      : this.options.world.s3.findBucket(bucketName)?.region;
  }

  /**
   * A request that reaches the endpoint of the bucket's own Region, by its host name, with a signature for another
   * one. (Through a host that names no Region the signed one counts as the endpoint's; S3 then answers
   * `PermanentRedirect`, where the bucket is looked up.)
   */
  private checkSigningRegion(
    route: Route,
    bucketName: string | undefined,
    region: string,
    signature: ReadSignature,
  ): void {
    const expected = this.bucketRegion(bucketName);
    const isOwnEndpoint = route.endpointRegion !== undefined && route.endpointRegion === expected;
    if (!isOwnEndpoint || expected === region || signature.outcome !== "read") return;
    throw errors.wrongSigningRegion(region, expected ?? region);
  }

  private asAwsError(thrown: unknown): AwsError {
    if (thrown instanceof AwsError) return thrown;
    this.options.onDefect?.(thrown);
    return errors.internalError();
  }

  /** What every answer has. */
  private finish(
    output: WireOutput,
    request: RawRequest,
    progress: Progress,
    ids: AnswerIds,
  ): void {
    const { headers } = output;
    if (progress.service === "s3" || progress.service === "s3control") {
      headers["x-amz-request-id"] = ids.requestId;
      headers["x-amz-id-2"] = ids.hostId;
      headers["server"] = "AmazonS3";
      if (progress.service === "s3") {
        addCorsHeaders(this.options.world, request, progress.route?.labels["Bucket"], headers);
      }
    } else {
      headers["x-amzn-requestid"] = ids.requestId;
      headers["server"] = "Server";
    }
    headers["date"] = this.date(progress.fault);
    const isBodiless =
      request.method === "HEAD" || output.statusCode === 304 || output.statusCode === 204;
    if (isBodiless) {
      output.body = undefined;
      // A HEAD of an object tells the object's length; an error or an answer without content has none.
      if (output.statusCode >= 300 || output.statusCode === 204) {
        delete headers["content-length"];
        if (output.statusCode !== 304) delete headers["content-type"];
      }
    } else {
      headers["content-length"] = String(byteLength(output.body));
    }
  }

  private dateSecond = Number.NaN;
  private dateText = "";

  /** The Date header, made once a second: it is the same for thousands of answers. */
  private date(fault: FaultRule | undefined): string {
    const skewMs = fault === undefined ? 0 : skewOf(fault);
    const nowEpochMs = this.options.world.clock.nowEpochMs() + skewMs;
    const second = Math.floor(nowEpochMs / 1000);
    if (second !== this.dateSecond) {
      this.dateSecond = second;
      this.dateText = new Date(nowEpochMs).toUTCString();
    }
    return this.dateText;
  }

  private log(
    request: RawRequest,
    progress: Progress,
    ids: AnswerIds,
    output: WireOutput,
    error: AwsError | undefined,
    startEpochMs: number,
  ): void {
    const { log, world } = this.options;
    if (log === undefined) return;
    const epochMs = world.clock.nowEpochMs();
    const { fault, route } = progress;
    log({
      epochMs,
      requestId: ids.requestId,
      method: request.method,
      rawPath: request.rawPath,
      service: progress.service,
      operation: route?.operation.name,
      region: progress.region,
      principalArn: progress.authentication?.principal.arn,
      accountId: progress.authentication?.principal.accountId,
      bucket: progress.service === "s3" ? route?.labels["Bucket"] : undefined,
      key: progress.service === "s3" ? route?.labels["Key"] : undefined,
      statusCode: output.statusCode,
      errorCode: error?.code,
      errorMessage: error?.message,
      requestBytes: request.body.length,
      responseBytes: byteLength(output.body),
      durationMs: epochMs - startEpochMs,
      fault: fault && (fault.name ?? fault.effect),
    });
  }
}

function signedRegion(signature: ReadSignature): string | undefined {
  return signature.outcome === "read" ? signature.facts.region : undefined;
}

function byteLength(body: Buffer | string | undefined): number {
  return body === undefined ? 0 : Buffer.byteLength(body);
}
