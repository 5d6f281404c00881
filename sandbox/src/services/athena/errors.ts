import type { AccessNeed } from "../../authorization/model";
import { AwsError } from "../../world/aws-error";

/**
 * Every error of Athena. Codes: the AWS SDK's model. Texts: as clients quote them in public issues; those marked assumed were not
 * found. Which `AthenaErrorCode` goes with which text is assumed.
 */

/** @see https://github.com/metabase/metabase/issues/53377 */
export function accessDenied(need: AccessNeed): AwsError {
  return new AwsError(
    "AccessDeniedException",
    400,
    `You are not authorized to perform: ${need.action} on the resource. ` +
      "After your AWS administrator or you have updated your permissions, please try again.",
  );
}

export function invalidRequest(message: string, code = "INVALID_INPUT"): AwsError {
  return new AwsError("InvalidRequestException", 400, message, { AthenaErrorCode: code });
}

/** @see https://github.com/aws/aws-sdk-js-v3/issues/3589 */
export function noOutputLocation(): AwsError {
  return invalidRequest(
    "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
  );
}

/** @see https://github.com/boto/boto3/issues/1194 */
export function badOutputLocation(location: string): AwsError {
  return invalidRequest(`outputLocation is not a valid S3 path. Provided ${location}`);
}

/** @see https://github.com/pyathena-dev/PyAthena/issues/67 */
export function noOutputBucket(bucket: string): AwsError {
  return invalidRequest(`Unable to verify/create output bucket ${bucket}`);
}

/** As Trino writes a mistake of syntax. */
export function malformedQuery(message: string): AwsError {
  return invalidRequest(message, "MALFORMED_QUERY");
}

export function noSuchExecution(id: string): AwsError {
  return invalidRequest(`QueryExecution ${id} was not found`);
}

export function notFinished(state: string): AwsError {
  return invalidRequest(`Query has not yet finished. Current state: ${state}`);
}

export function notSucceeded(state: string): AwsError {
  return invalidRequest(`Query did not finish successfully. Final query state: ${state}`);
}

/** The text is assumed. */
export function noResults(): AwsError {
  return invalidRequest("Could not find results");
}

export function noSuchWorkGroup(name: string): AwsError {
  return invalidRequest(`WorkGroup ${name} is not found.`);
}

/** The text is assumed. */
export function workGroupExists(): AwsError {
  return invalidRequest("WorkGroup is already created");
}

/** The text is assumed. */
export function workGroupDisabled(name: string): AwsError {
  return invalidRequest(`WorkGroup ${name} is disabled.`);
}

/** The text is assumed. */
export function primaryStays(): AwsError {
  return invalidRequest("The primary workgroup cannot be deleted.");
}

/** The text is assumed. */
export function workGroupNotEmpty(name: string): AwsError {
  return invalidRequest(`WorkGroup ${name} is not empty.`);
}

/** The text is assumed. */
export function tokenReused(): AwsError {
  return invalidRequest("Idempotent parameters do not match");
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError("MetadataException", 400, message);
}

/** What the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}

/** @see https://github.com/aws-samples/query-data-in-s3-with-amazon-athena-and-aws-sdk-for-dotnet/issues/16 */
export function foreignOutputBucket(): AwsError {
  return invalidRequest(
    "The S3 location provided to save your query results is invalid. Please check your S3 location is correct and is in the same region and try again. " +
      "If you continue to see the issue, contact customer support for further assistance.",
  );
}

/** The text is assumed. */
export function resultsDenied(reason: string): AwsError {
  return new AwsError(
    "AccessDeniedException",
    400,
    `Access denied when reading the results: ${reason}`,
  );
}
