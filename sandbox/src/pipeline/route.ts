import type { ServiceName } from "../world/service-name";
import { plainBody } from "../protocols/request-compression";
import {
  SERVICE_NAMES,
  serviceModel,
  type OperationModel,
  type ProtocolName,
} from "../protocols/service-models";
import { controlOperation } from "./control-operation";
import type { RawRequest } from "./raw-request";
import { s3Address } from "./s3-address";
import { s3Operation } from "./s3-operation";
import type { ReadSignature } from "./signature-facts";
import * as errors from "./wire-errors";

/** What a request asks for. */
export interface Route {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
  /** S3 only: the Region that the host names. */
  readonly endpointRegion?: string;
}

/** A service of AWS that the sandbox does not serve, by its name in the credential scope. */
export interface ForeignService {
  readonly foreign: string;
  /** Whose protocol the caller speaks, for the answer. */
  readonly answerAs: ServiceName;
}

const BY_SCOPE: Readonly<Record<string, ServiceName>> = {
  s3: "s3",
  iam: "iam",
  sts: "sts",
  kms: "kms",
  cloudcontrolapi: "cloudcontrol",
  sns: "sns",
  events: "eventbridge",
  monitoring: "cloudwatch",
  cloudtrail: "cloudtrail",
  athena: "athena",
};

const CONTROL_PATH = "/v20180820/";

/** The path of the CBOR protocol: `/service/GraniteServiceVersion20100801/operation/PutMetricData`. */
const RPC_PATH = /^\/service\/(\w+)\/operation\/(\w+)$/;

/**
 * Which service a request is for: the name in its credential scope, else the target header, else the form's version.
 * S3 Control signs as `s3`; its version in the path with its account header or host tells it from a bucket's name.
 */
export function routeService(
  request: RawRequest,
  signature: ReadSignature,
): ServiceName | ForeignService {
  if (isControl(request)) return "s3control";
  if (signature.outcome === "read") {
    const service = BY_SCOPE[signature.facts.service];
    if (service !== undefined) return service;
  }
  const target = targetOf(request);
  if (signature.outcome === "read") {
    const answerAs = target !== undefined ? "cloudcontrol" : isForm(request) ? "iam" : "s3";
    return { foreign: signature.facts.service, answerAs };
  }
  if (target !== undefined) {
    const prefix = shortPrefix(target.slice(0, target.lastIndexOf(".")));
    const service = SERVICE_NAMES.find((name) => serviceModel(name).targetPrefix === prefix);
    return service ?? { foreign: prefix, answerAs: "cloudcontrol" };
  }
  if (!isForm(request)) return "s3";
  const version = formValue(request, "Version");
  return SERVICE_NAMES.find((name) => serviceModel(name).version === version) ?? "sts";
}

/** `Target.Operation`, from the header of the JSON protocol or the path of the CBOR one. */
function targetOf(request: RawRequest): string | undefined {
  const [, target, operation] = (isCbor(request) && RPC_PATH.exec(request.rawPath)) || [];
  return target === undefined ? request.headers["x-amz-target"] : `${target}.${operation}`;
}

/**
 * botocore writes CloudTrail's with its package, `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101`; the SDK for
 * JavaScript without it.
 */
function shortPrefix(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf(".") + 1);
}

function isCbor(request: RawRequest): boolean {
  return request.headers["smithy-protocol"] === "rpc-v2-cbor";
}

/** In which of the protocols that a service speaks the request is made. */
export function requestProtocol(service: ServiceName, request: RawRequest): ProtocolName {
  const { protocol, protocols } = serviceModel(service);
  if (protocols.length === 1) return protocol;
  if (isCbor(request)) return "rpcV2Cbor";
  if (request.headers["x-amz-target"] !== undefined) return "awsJson1_0";
  return isForm(request) ? "awsQuery" : protocol;
}

function isControl(request: RawRequest): boolean {
  if (!request.rawPath.startsWith(CONTROL_PATH)) return false;
  const host = request.headers["host"] ?? "";
  return request.headers["x-amz-account-id"] !== undefined || /s3-(control|outposts)/.test(host);
}

function isForm(request: RawRequest): boolean {
  const type = request.headers["content-type"] ?? "";
  const isPost = type.startsWith("application/x-www-form-urlencoded") && request.rawPath === "/";
  return isPost || (request.rawPath === "/" && request.query.has("Action"));
}

/** `body`: as it is, for a service that is not known yet; it then may be none that compresses. */
function formValue(request: RawRequest, name: string, body = request.body): string | undefined {
  const inQuery = request.query.get(name);
  if (inQuery !== null) return inQuery;
  return new URLSearchParams(body.toString("utf8")).get(name) ?? undefined;
}

/** @throws AwsError when there is no such operation */
export function routeOperation(service: ServiceName, request: RawRequest): Route {
  switch (requestProtocol(service, request)) {
    case "restXml":
      return service === "s3"
        ? routeS3(request)
        : controlOperation(request.method, request.rawPath);
    case "awsQuery": {
      const body = plainBody(request.headers, request.body);
      const name = formValue(request, "Action", body) ?? "";
      const version = formValue(request, "Version", body) ?? "";
      return { operation: named(service, name, version), labels: {} };
    }
    default: {
      const target = targetOf(request) ?? "";
      const name = target.slice(target.lastIndexOf(".") + 1);
      return { operation: named(service, name), labels: {} };
    }
  }
}

/** `version`: of a request in the query protocol, which must be the service's. */
function named(service: ServiceName, name: string, version?: string): OperationModel {
  const model = serviceModel(service);
  const operation = model.operations.get(name);
  const isRightVersion = version === undefined || version === model.version;
  if (operation === undefined || !isRightVersion) {
    throw errors.unknownOperation(service, name, version ?? model.version);
  }
  return operation;
}

function routeS3(request: RawRequest): Route {
  const { bucket, rawKey, endpointRegion } = s3Address(
    request.headers["host"] ?? "",
    request.rawPath,
  );
  const level = bucket === undefined ? "service" : rawKey === undefined ? "bucket" : "object";
  const operation = s3Operation({
    method: request.method,
    level,
    query: request.query,
    headers: request.headers,
  });
  const labels: Record<string, string> = {};
  try {
    if (bucket !== undefined) labels["Bucket"] = decodeURIComponent(bucket);
    if (rawKey !== undefined) labels["Key"] = decodeURIComponent(rawKey);
  } catch (error) {
    if (error instanceof URIError) throw errors.invalidUri();
    throw error;
  }
  return { operation, labels, endpointRegion };
}
