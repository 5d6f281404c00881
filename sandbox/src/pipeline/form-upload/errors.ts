import { AwsError } from "../../world/aws-error";

/**
 * What S3 answers to a browser's form upload. Texts are recorded answers of AWS unless a comment says otherwise; several
 * differ from the error list of the API reference.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */

function invalidArgument(name: string, value: string, message: string): AwsError {
  return new AwsError("InvalidArgument", 400, message, {
    ArgumentName: name,
    ArgumentValue: value,
  });
}

export function notMultipart(): AwsError {
  return new AwsError(
    "PreconditionFailed",
    412,
    "At least one of the pre-conditions you specified did not hold",
    { Condition: "Bucket POST must be of the enclosure-type multipart/form-data" },
  );
}

export function malformedForm(): AwsError {
  return new AwsError(
    "MalformedPOSTRequest",
    400,
    "The body of your POST request is not well-formed multipart/form-data.",
  );
}

export function fieldsTooLarge(maximumBytes: number): AwsError {
  return new AwsError(
    "MaxPostPreDataLengthExceeded",
    400,
    "Your POST request fields preceeding the upload file was too large.",
    { MaxPostPreDataLengthBytes: maximumBytes },
  );
}

export function noFile(): AwsError {
  return invalidArgument("file", "0", "POST requires exactly one file upload per request.");
}

export function missingField(name: string): AwsError {
  return invalidArgument(
    name,
    "",
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
  );
}

/** Text assumed (the one of versitygw, which models AWS's answers). */
export function unknownAlgorithm(value: string): AwsError {
  return invalidArgument("X-Amz-Algorithm", value, "Only AWS4-HMAC-SHA256 is supported");
}

export function malformedDate(value: string): AwsError {
  return invalidArgument(
    "X-Amz-Date",
    value,
    "X-Amz-Date must be formated via ISO8601 Long format",
  );
}

/** @param reason as a presigned URL is answered, without the words before it; all but the access key's are assumed */
export function malformedCredential(credential: string, reason: string): AwsError {
  return invalidArgument("X-Amz-Credential", credential, reason);
}

export function wrongRegion(credential: string, given: string, expected: string): AwsError {
  return new AwsError(
    "InvalidArgument",
    400,
    `the region '${given}' is wrong; expecting '${expected}'`,
    { ArgumentName: "X-Amz-Credential", ArgumentValue: credential, Region: expected },
  );
}

/** @param reason recorded for what is no JSON and for simple conditions; the others are assumed (those of versitygw) */
export function invalidPolicyDocument(reason: string): AwsError {
  return new AwsError("InvalidPolicyDocument", 400, `Invalid Policy: ${reason}`);
}

export function policyExpired(): AwsError {
  return new AwsError("AccessDenied", 403, "Invalid according to Policy: Policy expired.");
}

/** @param condition as the policy writes it */
export function conditionFailed(condition: string): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    `Invalid according to Policy: Policy Condition failed: ${condition}`,
  );
}

/** A field that no condition of the policy is about. @param name as the form writes it */
export function extraField(name: string): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    `Invalid according to Policy: Extra input fields: ${name}`,
  );
}

export function fileTooLarge(sizeBytes: number, maximumBytes: number): AwsError {
  return new AwsError(
    "EntityTooLarge",
    400,
    "Your proposed upload exceeds the maximum allowed size",
    { ProposedSize: sizeBytes, MaxSizeAllowed: maximumBytes },
  );
}

export function fileTooSmall(sizeBytes: number, minimumBytes: number): AwsError {
  return new AwsError(
    "EntityTooSmall",
    400,
    "Your proposed upload is smaller than the minimum allowed size",
    { ProposedSize: sizeBytes, MinSizeAllowed: minimumBytes },
  );
}
