import type { ErrorDetail } from "../../../world/aws-error";
import { AwsError } from "../../../world/aws-error";

/** A parameter with a value that S3 does not take. `name` is the wire name of the parameter. */
export function invalidArgument(
  name: string,
  value: string | number | undefined,
  message: string,
): AwsError {
  return new AwsError("InvalidArgument", 400, message, {
    ArgumentName: name,
    ...(value === undefined ? {} : { ArgumentValue: value }),
  });
}

/** An argument error that names no argument. */
export function invalidArgumentText(message: string): AwsError {
  return new AwsError("InvalidArgument", 400, message);
}

/** A request that contradicts itself or the state of the bucket. */
export function invalidRequest(message: string, detail: ErrorDetail = {}): AwsError {
  return new AwsError("InvalidRequest", 400, message, detail);
}

/** The catch-all of S3 for bodies that break its schema. */
export function malformedXml(): AwsError {
  return new AwsError(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

/** @param method HTTP method; @param resourceType as AWS names it: `DeleteMarker`, `SERVICE`, `BUCKET`, `OBJECT` */
export function methodNotAllowed(
  method: string,
  resourceType: string,
  headers: Readonly<Record<string, string>> = {},
): AwsError {
  return new AwsError(
    "MethodNotAllowed",
    405,
    "The specified method is not allowed against this resource.",
    { Method: method, ResourceType: resourceType },
    headers,
  );
}

/**
 * Something that AWS has and the sandbox does not.
 * @param feature completes the sentence "... is not implemented"; `header` in AWS's detail where a header asked for it
 */
export function notImplemented(feature: string, header?: string): AwsError {
  return new AwsError(
    "NotImplemented",
    501,
    `A header or parameter you provided implies functionality that is not implemented: ${feature}`,
    header === undefined ? {} : { Header: header },
  );
}

/** A condition that S3 does not take on this request; AWS's own refusal, not one of the sandbox (recorded). */
export function conditionNotImplemented(header: string, additionalMessage: string): AwsError {
  return new AwsError(
    "NotImplemented",
    501,
    "A header you provided implies functionality that is not implemented",
    { Header: header, additionalMessage },
  );
}

/** @param algorithm `CRC32`, `CRC32C`, `CRC64NVME`, `SHA1`, `SHA256` */
export function badDigestChecksum(algorithm: string): AwsError {
  return new AwsError(
    "BadDigest",
    400,
    `The ${algorithm} you specified did not match the calculated checksum.`,
  );
}

/** @param header whose value cannot be one: `x-amz-checksum-crc32` */
export function invalidChecksumHeader(header: string): AwsError {
  return invalidRequest(`Value for ${header} header is invalid.`);
}

export function severalChecksums(): AwsError {
  return invalidRequest(
    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  );
}

/** A part listed with a checksum of another algorithm than that of its upload, or with a wrong one of a full object. */
export function partBadDigest(algorithm: string, partNumber: number): AwsError {
  return new AwsError(
    "BadDigest",
    400,
    `The ${algorithm.toLowerCase()} you specified for part ${partNumber} did not match what we received.`,
  );
}

/** The `x-amz-bucket-region` header lets a client find its way; the AWS SDKs read it. */
export function permanentRedirect(bucketName: string, region: string): AwsError {
  return new AwsError(
    "PermanentRedirect",
    301,
    "The bucket you are attempting to access must be addressed using the specified endpoint. " +
      "Please send all future requests to this endpoint.",
    { Endpoint: `${bucketName}.s3.${region}.amazonaws.com`, Bucket: bucketName },
    { "x-amz-bucket-region": region },
  );
}
