import type { OperationModel } from "../protocols/service-models";
import { serviceModel } from "../protocols/service-models";
import type { StructureShape } from "../protocols/shapes";
import * as errors from "./wire-errors";

/** What of a request decides which operation of S3 it is. */
export interface S3RequestLine {
  readonly method: string;
  readonly level: "service" | "bucket" | "object";
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

interface Candidate {
  readonly operation: OperationModel;
  /** Query keys that the URI of the schema has: they choose the sub-resource. */
  readonly literals: readonly (readonly [key: string, value: string])[];
  /** Required members in query and headers: they tell operations on the same sub-resource apart. */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

interface Index {
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  /** Every key that names a sub-resource somewhere in S3. */
  readonly subResources: ReadonlySet<string>;
}

/** Directory buckets have an API of their own on other endpoints; Object Lambda answers on its own host. */
const ELSEWHERE = new Set(["ListDirectoryBuckets", "WriteGetObjectResponse"]);

/** Headers that choose an operation. Others that the schema requires are missing arguments when absent. */
const DISCRIMINATING_HEADERS = new Set(["x-amz-copy-source"]);

let index: Index | undefined;

/**
 * The operation of S3 that a request asks for, by method, level, sub-resource and the required members.
 * @throws AwsError MethodNotAllowed; NotImplemented for what the schemas do not list
 */
export function s3Operation(line: S3RequestLine): OperationModel {
  if (line.query.size > 0) return detect(line);
  // Most requests have no query; then method, level and these headers say all.
  let id = `${line.method} ${line.level}`;
  for (const header of DISCRIMINATING_HEADERS) {
    if (line.headers[header] !== undefined) id += ` ${header}`;
  }
  let operation = withoutQuery.get(id);
  if (operation === undefined) {
    operation = detect(line);
    withoutQuery.set(id, operation);
  }
  return operation;
}

const withoutQuery = new Map<string, OperationModel>();

function detect(line: S3RequestLine): OperationModel {
  index ??= buildIndex();
  const candidates = index.candidates.get(`${line.method} ${line.level}`) ?? [];
  const here = candidates.filter(({ literals }) =>
    literals.every(
      ([key, value]) => line.query.has(key) && (value === "" || line.query.get(key) === value),
    ),
  );
  const most = Math.max(...here.map(({ literals }) => literals.length));
  const named = here.filter(({ literals }) => literals.length === most);
  const chosen = bestMatch(named, line);
  refuseMixedUp(line);
  refuseForeignSubResource(line, index.subResources, named);
  if (chosen !== undefined) return chosen.operation;
  if (line.method === "POST" && line.level === "bucket") return postObject();
  throw errors.methodNotAllowed(line.method, line.level.toUpperCase());
}

/** A form upload is a PutObject that no schema of the SDK lists. */
function postObject(): OperationModel {
  const put = serviceModel("s3").operations.get("PutObject");
  if (put === undefined) throw new Error("The SDK's schemas have no PutObject.");
  const http = { method: "POST", segments: [], query: [], statusCode: 204 };
  postObjectModel ??= { ...put, name: "PostObject", http };
  return postObjectModel;
}

let postObjectModel: OperationModel | undefined;

function bestMatch(named: readonly Candidate[], line: S3RequestLine): Candidate | undefined {
  let best: Candidate | undefined;
  let bestCount = -1;
  for (const candidate of named) {
    const isMet =
      candidate.requiredQuery.every((key) => line.query.has(key)) &&
      candidate.requiredHeaders.every((header) => line.headers[header] !== undefined);
    const count = candidate.requiredQuery.length + candidate.requiredHeaders.length;
    if (isMet && count > bestCount) {
      best = candidate;
      bestCount = count;
    }
  }
  // None is complete: the one with the fewest demands says what is missing.
  return best ?? [...named].sort((left, right) => demands(left) - demands(right))[0];
}

function demands(candidate: Candidate): number {
  return candidate.requiredQuery.length + candidate.requiredHeaders.length;
}

/** Mistakes that S3 has a sentence of its own for. */
function refuseMixedUp({ method, level, query }: S3RequestLine): void {
  if (level !== "object") return;
  if (method === "GET" && query.has("uploads")) {
    throw errors.misplacedSubResource(
      "Key is not expected for the GET method ?uploads subresource",
    );
  }
  if (method === "GET" && query.has("versions")) {
    throw errors.misplacedSubResource(
      "There is no such thing as the ?versions sub-resource for a key",
    );
  }
  if (method === "PUT" && query.has("partNumber") && !query.has("uploadId")) {
    throw errors.partNumberAlone(query.get("partNumber") ?? "");
  }
  // Neither may become a plain PutObject or an incomplete CompleteMultipartUpload (seen on AWS by versitygw's tests).
  if (method === "PUT" && query.has("uploadId") && !query.has("partNumber")) {
    throw errors.methodNotAllowed(method, "UPLOAD");
  }
  if (method === "POST" && query.size === 0) throw errors.methodNotAllowed(method, "OBJECT");
}

/** `DELETE /bucket/key?policy` must never delete the object. */
function refuseForeignSubResource(
  line: S3RequestLine,
  subResources: ReadonlySet<string>,
  named: readonly Candidate[],
): void {
  const known = named[0]?.literals ?? [];
  for (const key of line.query.keys()) {
    if (subResources.has(key) && !known.some(([literal]) => literal === key)) {
      throw errors.methodNotAllowed(line.method, key.toUpperCase());
    }
  }
}

function buildIndex(): Index {
  const candidates = new Map<string, Candidate[]>();
  const subResources = new Set<string>();
  for (const operation of serviceModel("s3").operations.values()) {
    const { http, input } = operation;
    if (http === undefined || ELSEWHERE.has(operation.name)) continue;
    const members = input.kind === "structure" ? input.members : [];
    const key = `${http.method} ${levelOf(http.segments, members)}`;
    const candidate: Candidate = {
      operation,
      literals: http.query,
      requiredQuery: members
        .filter((member) => member.required && member.location === "query")
        .map((member) => member.locationName),
      requiredHeaders: members
        .filter((member) => member.required && member.location === "header")
        .map((member) => member.locationName.toLowerCase())
        .filter((header) => DISCRIMINATING_HEADERS.has(header)),
    };
    candidates.set(key, [...(candidates.get(key) ?? []), candidate]);
    for (const [name] of http.query) subResources.add(name);
  }
  return { candidates, subResources };
}

/** The schema's paths leave the bucket out: it may stand in the host. */
function levelOf(
  segments: readonly string[],
  members: StructureShape["members"],
): S3RequestLine["level"] {
  if (segments.length > 0) return "object";
  return members.some((member) => member.name === "Bucket") ? "bucket" : "service";
}
