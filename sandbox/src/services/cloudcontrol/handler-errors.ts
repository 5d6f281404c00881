import type { HandlerErrorCode } from "@aws-sdk/client-cloudcontrol";
import { AwsError } from "../../world/aws-error";
import * as errors from "./errors";
import { HandlerError } from "./resource-type";

/** Why a handler failed, in Cloud Control's words. */
export interface HandlerFailure {
  readonly errorCode: HandlerErrorCode;
  readonly statusMessage: string;
}

/**
 * Tells a service's error in handler error codes.
 * Source: CloudFormation CLI user guide, "Handler error codes"; `BucketNotEmpty` as `GeneralServiceException` is as seen
 * in stack events of AWS.
 */
export function describeFailure(error: unknown, typeName: string): HandlerFailure {
  if (error instanceof HandlerError) {
    return { errorCode: error.code, statusMessage: error.message };
  }
  if (error instanceof AwsError) {
    const service = typeName.split("::")[1] ?? typeName;
    return {
      errorCode: CODES[error.code] ?? codeOfStatus(error),
      statusMessage: `${error.message} (Service: ${service}, Status Code: ${error.statusCode}, Error Code: ${error.code})`,
    };
  }
  return {
    errorCode: "InternalFailure",
    statusMessage: error instanceof Error ? error.message : String(error),
  };
}

/** The exception by which a synchronous action (GetResource, ListResources, UpdateResource) answers the same failure. */
export function asException(error: unknown, typeName: string): AwsError {
  const { errorCode, statusMessage } = describeFailure(error, typeName);
  return errors.handlerFailure(EXCEPTIONS[errorCode], statusMessage);
}

const CODES: Readonly<Record<string, HandlerErrorCode>> = {
  AccessDenied: "AccessDenied",
  AccessDeniedException: "AccessDenied",
  AuthorizationError: "AccessDenied",
  KMSAccessDenied: "AccessDenied",
  NoSuchBucket: "NotFound",
  NotFound: "NotFound",
  NoSuchBucketPolicy: "NotFound",
  NoSuchEntity: "NotFound",
  NotFoundException: "NotFound",
  ResourceNotFound: "NotFound",
  ResourceNotFoundException: "NotFound",
  "KMS.NotFoundException": "NotFound",
  BucketAlreadyExists: "AlreadyExists",
  BucketAlreadyOwnedByYou: "AlreadyExists",
  EntityAlreadyExists: "AlreadyExists",
  AlreadyExistsException: "AlreadyExists",
  BucketNotEmpty: "GeneralServiceException",
  InvalidBucketState: "GeneralServiceException",
  OperationAborted: "ResourceConflict",
  DeleteConflict: "ResourceConflict",
  ConcurrentModification: "ResourceConflict",
  KMSInvalidStateException: "ResourceConflict",
  LimitExceeded: "ServiceLimitExceeded",
  LimitExceededException: "ServiceLimitExceeded",
  TooManyBuckets: "ServiceLimitExceeded",
  SlowDown: "Throttling",
  Throttling: "Throttling",
  ThrottlingException: "Throttling",
};

function codeOfStatus(error: AwsError): HandlerErrorCode {
  if (error.statusCode === 501) return "GeneralServiceException";
  if (error.statusCode >= 500) return "ServiceInternalError";
  return error.statusCode === 400 ? "InvalidRequest" : "GeneralServiceException";
}

const EXCEPTIONS: Readonly<Record<HandlerErrorCode, string>> = {
  // Not among the action's listed errors; AWS answers the common error of this name (assumed).
  AccessDenied: "AccessDeniedException",
  AlreadyExists: "AlreadyExistsException",
  GeneralServiceException: "GeneralServiceException",
  InternalFailure: "HandlerInternalFailureException",
  InvalidCredentials: "InvalidCredentialsException",
  InvalidRequest: "InvalidRequestException",
  NetworkFailure: "NetworkFailureException",
  NotFound: "ResourceNotFoundException",
  NotStabilized: "NotStabilizedException",
  NotUpdatable: "NotUpdatableException",
  ResourceConflict: "ResourceConflictException",
  ServiceInternalError: "ServiceInternalErrorException",
  ServiceLimitExceeded: "ServiceLimitExceededException",
  ServiceTimeout: "HandlerFailureException",
  Throttling: "ThrottlingException",
  UnauthorizedTaggingOperation: "AccessDeniedException",
};
