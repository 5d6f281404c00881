import { createHash } from "node:crypto";
import { AwsError } from "../world/aws-error";
import type { ServiceName } from "../world/service-name";
import { serviceModel } from "../protocols/service-models";
import type { SignatureFacts, SignatureProblem } from "./signature-facts";

/**
 * The words for a signature whose form is wrong, before anything of it is verified. S3 tells a header from a query by
 * the code; IAM and STS answer `IncompleteSignature` for the form and `SignatureDoesNotMatch` for the scope; the JSON
 * services say the same with their own codes.
 */

/** Where a signature stands. */
type Place = SignatureFacts["kind"];

function isS3(service: ServiceName): boolean {
  return serviceModel(service).protocol === "restXml";
}

function isQuery(service: ServiceName): boolean {
  const { isQueryCompatible, protocol } = serviceModel(service);
  return isQueryCompatible || protocol === "awsQuery";
}

/** S3's error about a header or about a query. */
function s3Malformed(place: Place, reason: string): AwsError {
  return place === "header"
    ? new AwsError(
        "AuthorizationHeaderMalformed",
        400,
        `The authorization header is malformed; ${reason}`,
      )
    : new AwsError("AuthorizationQueryParametersError", 400, reason);
}

/** S3's error about the credential: a query's says which parameter it stands in. */
function s3Credential(place: Place, reason: string): AwsError {
  return s3Malformed(
    place,
    place === "header" ? reason : `Error parsing the X-Amz-Credential parameter; ${reason}`,
  );
}

function s3Authorization(message: string, header: string): AwsError {
  return new AwsError("InvalidArgument", 400, message, {
    ArgumentName: "Authorization",
    ArgumentValue: header,
  });
}

function incomplete(service: ServiceName, message: string): AwsError {
  return new AwsError(
    isQuery(service) ? "IncompleteSignature" : "IncompleteSignatureException",
    400,
    message,
  );
}

/** A scope that belongs to another date, service or end. */
function wrongScope(service: ServiceName, statusCode: number, message: string): AwsError {
  return isQuery(service)
    ? new AwsError("SignatureDoesNotMatch", statusCode, message)
    : new AwsError("InvalidSignatureException", 400, message);
}

function missingToken(service: ServiceName, message: string): AwsError {
  return isQuery(service)
    ? new AwsError("MissingAuthenticationToken", 403, message)
    : new AwsError("MissingAuthenticationTokenException", 400, message);
}

/** What AWS shows of a header that may hold secrets. */
function hashed(header: string): string {
  const digest = createHash("sha256").update(header).digest("base64");
  return `(Hashed with SHA-256 and encoded with Base64) Authorization=${digest}`;
}

/** The answer to a signature that cannot be read. */
export function malformedSignature(
  service: ServiceName,
  place: Place,
  problem: SignatureProblem,
): AwsError {
  return isS3(service)
    ? s3Words(place, problem)
    : problem.kind === "no-type" || problem.kind === "unknown-type"
      ? missingToken(service, "Request is missing Authentication Token")
      : problem.kind === "algorithm"
        ? missingToken(service, "Missing Authentication Token")
        : incomplete(service, otherWords(problem));
}

function s3Words(place: Place, problem: SignatureProblem): AwsError {
  switch (problem.kind) {
    case "no-type":
      return s3Authorization(
        "Authorization header is invalid -- one and only one ' ' (space) required",
        problem.header,
      );
    case "unknown-type":
      return s3Authorization("Unsupported Authorization Type", problem.header);
    case "two-mechanisms":
      return s3Authorization(
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
        problem.header,
      );
    case "version-2":
      return unsupportedMechanism();
    case "component-count":
      return s3Malformed(
        place,
        "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
      );
    case "component":
      return s3Malformed(place, `the authorization component "${problem.text}" is malformed.`);
    case "absent-component":
      return s3Malformed(place, `missing ${problem.absent}.`);
    case "credential":
      return s3Credential(
        place,
        'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      );
    case "absent-parameter":
      return incompleteQuery();
    case "algorithm":
      return s3Malformed(
        place,
        'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
      );
  }
}

/** Regions of before 2014 take Signature Version 2 to this day (seen on AWS; botocore's list of endpoints). */
const VERSION_2_REGIONS = new Set([
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "ap-northeast-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "sa-east-1",
]);

export function takesVersion2(region: string): boolean {
  return VERSION_2_REGIONS.has(region);
}

/** The answer to Signature Version 2 of the Regions that do not take it. */
export function unsupportedMechanism(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  );
}

type WordedAlike = "no-type" | "unknown-type" | "algorithm";

function otherWords(problem: Exclude<SignatureProblem, { kind: WordedAlike }>): string {
  switch (problem.kind) {
    case "two-mechanisms":
      return "Only one of the Authorization header and the X-Amz-Algorithm query parameter may be given.";
    case "version-2":
      return "AWS Signature Version 2 is not supported.";
    case "component":
      return `Authorization component "${problem.text}" is malformed.`;
    case "component-count":
    case "absent-component":
      return `Authorization header requires '${problem.absent}' parameter. ${hashed(problem.header)}`;
    case "credential":
      return `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${problem.credential}'`;
    case "absent-parameter":
      return `AWS query-string parameters must include '${problem.absent}'. Re-examine the query-string parameters.`;
  }
}

/** A presigned request to S3 that lacks a parameter. */
export function incompleteQuery(): AwsError {
  return s3Malformed(
    "query",
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
  );
}

/** @param expected the name of the service in credential scopes */
export function wrongScopeService(
  service: ServiceName,
  facts: SignatureFacts,
  expected: string,
): AwsError {
  return isS3(service)
    ? s3Credential(
        facts.kind,
        `incorrect service "${facts.service}". This endpoint belongs to "${expected}".`,
      )
    : wrongScope(service, 400, `Credential should be scoped to correct service: '${expected}'.`);
}

export function wrongScopeTerminal(service: ServiceName, facts: SignatureFacts): AwsError {
  return isS3(service)
    ? s3Credential(
        facts.kind,
        `incorrect terminal "${facts.terminal}". This endpoint uses "aws4_request".`,
      )
    : wrongScope(
        service,
        403,
        "Credential should be scoped with a valid terminator: 'aws4_request'.",
      );
}

/** A date in the scope that is none. The other services see only that it differs from the request's. */
export function malformedScopeDate(service: ServiceName, facts: SignatureFacts): AwsError {
  return isS3(service)
    ? s3Credential(
        facts.kind,
        `incorrect date format "${facts.date}". This date in the credential must be in the format "yyyyMMdd".`,
      )
    : differingDate(service);
}

/** @param requestDate `20260730`, of the time that the request was signed at */
export function wrongScopeDate(
  service: ServiceName,
  facts: SignatureFacts,
  requestDate: string,
): AwsError {
  return isS3(service)
    ? s3Malformed(
        facts.kind,
        `Invalid credential date "${facts.date}". This date is not the same as X-Amz-Date: "${requestDate}".`,
      )
    : differingDate(service);
}

function differingDate(service: ServiceName): AwsError {
  return wrongScope(
    service,
    400,
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
  );
}

/** The time of signing is not there or no time. @param authorization the header, when it stands there */
export function unreadableTime(
  service: ServiceName,
  place: Place,
  given: string | undefined,
  authorization = "",
): AwsError {
  if (isS3(service)) {
    return place === "query"
      ? s3Malformed(place, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
      : new AwsError(
          "AccessDenied",
          403,
          "AWS authentication requires a valid Date or x-amz-date header",
        );
  }
  return given === undefined || given === ""
    ? incomplete(
        service,
        `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${hashed(authorization)}`,
      )
    : incomplete(
        service,
        `Date must be in ISO-8601 'basic format'. Got '${given}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      );
}

/** `Host` must be signed. */
export function hostNotSigned(service: ServiceName, place: Place): AwsError {
  return isS3(service)
    ? s3Malformed(place, "'Host' or ':authority' must be a 'SignedHeader'.")
    : wrongScope(
        service,
        403,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
      );
}

/** @param reason S3's words about `X-Amz-Expires` */
export function malformedExpiry(service: ServiceName, reason: string): AwsError {
  return isS3(service) ? s3Malformed("query", reason) : incomplete(service, reason);
}
