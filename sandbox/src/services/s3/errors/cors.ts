import { AwsError } from "../../../world/aws-error";

/** Answers to preflight requests, all recorded but for those of invalid methods and headers (seen on AWS). */

function badRequest(message: string): AwsError {
  return new AwsError("BadRequest", 400, message);
}

export function missingOrigin(): AwsError {
  return badRequest("Insufficient information. Origin request header needed.");
}

export function invalidCorsMethod(method: string): AwsError {
  return badRequest(`Invalid Access-Control-Request-Method: ${method}`);
}

export function invalidCorsHeader(name: string): AwsError {
  return badRequest(`Access-Control-Request-Headers "${name}" contains invalid character.`);
}

function forbidden(message: string, method: string, resourceType: string): AwsError {
  return new AwsError("AccessForbidden", 403, `CORSResponse: ${message}`, {
    Method: method,
    ResourceType: resourceType,
  });
}

/** @param method the one that the browser asks for, `OPTIONS` when it names none */
export function corsBucketNotFound(method: string): AwsError {
  return forbidden("Bucket not found", method, "BUCKET");
}

/** @param method the one that the browser asks for, `OPTIONS` when it names none */
export function corsNotEnabled(method: string): AwsError {
  return forbidden("CORS is not enabled for this bucket.", method, "BUCKET");
}

/** @param resourceType `BUCKET` or `OBJECT`, by the address */
export function corsNotAllowed(method: string, resourceType: string): AwsError {
  return forbidden(
    "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    method,
    resourceType,
  );
}
