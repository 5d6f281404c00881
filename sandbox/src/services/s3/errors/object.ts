import { AwsError } from "../../../world/aws-error";
import { invalidArgument, invalidRequest } from "./request";

/** @param headers `x-amz-delete-marker` and `x-amz-version-id` when a delete marker hides the key */
export function noSuchKey(key: string, headers: Readonly<Record<string, string>> = {}): AwsError {
  return new AwsError("NoSuchKey", 404, "The specified key does not exist.", { Key: key }, headers);
}

export function noSuchVersion(key: string, versionId: string): AwsError {
  return new AwsError("NoSuchVersion", 404, "The specified version does not exist.", {
    Key: key,
    VersionId: versionId,
  });
}

/** @param condition the header that did not hold, `If-Match` */
export function preconditionFailed(condition: string): AwsError {
  return new AwsError(
    "PreconditionFailed",
    412,
    "At least one of the pre-conditions you specified did not hold",
    { Condition: condition },
  );
}

/** Recorded. @param condition the header of the condition, `If-Match` */
export function conditionalRequestConflict(condition: string, key: string): AwsError {
  return new AwsError(
    "ConditionalRequestConflict",
    409,
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { Condition: condition, Key: key },
  );
}

/** A 304 has no body; `headers` carry ETag and Last-Modified. */
export function notModified(headers: Readonly<Record<string, string>>): AwsError {
  return new AwsError("NotModified", 304, "Not Modified", {}, headers);
}

export function invalidRange(rangeRequested: string, actualSizeBytes: number): AwsError {
  return new AwsError(
    "InvalidRange",
    416,
    "The requested range is not satisfiable",
    { RangeRequested: rangeRequested, ActualObjectSize: actualSizeBytes },
    { "content-range": `bytes */${actualSizeBytes}` },
  );
}

export function invalidPartNumber(partNumberRequested: number, actualPartsCount: number): AwsError {
  return new AwsError("InvalidPartNumber", 416, "The requested partnumber is not satisfiable", {
    PartNumberRequested: partNumberRequested,
    ActualPartCount: actualPartsCount,
  });
}

export function entityTooSmall(part: {
  etag: string;
  partNumber: number;
  minimumBytes: number;
  proposedBytes: number;
}): AwsError {
  return new AwsError(
    "EntityTooSmall",
    400,
    "Your proposed upload is smaller than the minimum allowed size",
    {
      ETag: part.etag,
      MinSizeAllowed: part.minimumBytes,
      PartNumber: part.partNumber,
      ProposedSize: part.proposedBytes,
    },
  );
}

export function entityTooLarge(maximumBytes: number, proposedBytes: number): AwsError {
  return new AwsError(
    "EntityTooLarge",
    400,
    "Your proposed upload exceeds the maximum allowed size",
    { MaxSizeAllowed: maximumBytes, ProposedSize: proposedBytes },
  );
}

export function noSuchUpload(uploadId: string): AwsError {
  return new AwsError(
    "NoSuchUpload",
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been " +
      "aborted or completed.",
    { UploadId: uploadId },
  );
}

export function invalidPart(part: {
  etag?: string;
  partNumber: number;
  uploadId: string;
}): AwsError {
  return new AwsError(
    "InvalidPart",
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the " +
      "specified entity tag may not match the part's entity tag.",
    {
      ...(part.etag === undefined ? {} : { ETag: part.etag }),
      PartNumber: part.partNumber,
      UploadId: part.uploadId,
    },
  );
}

export function invalidPartOrder(uploadId: string): AwsError {
  return new AwsError(
    "InvalidPartOrder",
    400,
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
    { UploadId: uploadId },
  );
}

/** Tag keys and values, of objects and of buckets. */
export function invalidTag(
  message: string,
  detail: Readonly<Record<string, string>> = {},
): AwsError {
  return new AwsError("InvalidTag", 400, message, detail);
}

/** Too many tags on an object. */
export function tooManyObjectTags(maximumCount: number): AwsError {
  return new AwsError("BadRequest", 400, `Object tags cannot be greater than ${maximumCount}`);
}

export function invalidObjectState(storageClass: string): AwsError {
  return new AwsError(
    "InvalidObjectState",
    403,
    "The operation is not valid for the object's storage class",
    { StorageClass: storageClass },
  );
}

/** CopyObject of more than 5 GiB. Text: as clients of S3 quote it. */
export function copySourceTooLarge(maximumBytes: number): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    `The specified copy source is larger than the maximum allowable size for a copy source: ${maximumBytes}`,
  );
}

/** A copy whose source is archived and not restored. */
export function invalidCopySourceState(storageClass: string): AwsError {
  return new AwsError(
    "InvalidObjectState",
    403,
    "Operation is not valid for the source object's storage class",
    { StorageClass: storageClass },
  );
}

/** RestoreObject of a class that is not archived. */
export function restoreNotAllowed(storageClass: string): AwsError {
  return new AwsError(
    "InvalidObjectState",
    403,
    "Restore is not allowed for the object's current storage class",
    { StorageClass: storageClass },
  );
}

export function restoreAlreadyInProgress(): AwsError {
  return new AwsError("RestoreAlreadyInProgress", 409, "Object restore is already in progress");
}

export function invalidStorageClass(storageClass: string): AwsError {
  return new AwsError("InvalidStorageClass", 400, "The storage class you specified is not valid", {
    StorageClassRequested: storageClass,
  });
}

export function invalidRedirectLocation(): AwsError {
  return new AwsError(
    "InvalidRedirectLocation",
    400,
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
  );
}

export function keyTooLong(sizeBytes: number): AwsError {
  return new AwsError("KeyTooLongError", 400, "Your key is too long", {
    MaxSizeAllowed: 1024,
    Size: sizeBytes,
  });
}

export function metadataTooLarge(sizeBytes: number): AwsError {
  return new AwsError(
    "MetadataTooLarge",
    400,
    "Your metadata headers exceed the maximum allowed metadata size",
    { MaxSizeAllowed: 2048, Size: sizeBytes },
  );
}

/** CopyObject onto itself with nothing changed. */
export function illegalCopyToItself(): AwsError {
  return invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the " +
      "object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

export function invalidEncryptionAlgorithm(argumentName: string, value: string): AwsError {
  return new AwsError(
    "InvalidEncryptionAlgorithmError",
    400,
    "The Encryption request you specified is not valid. Supported value: AES256.",
    { ArgumentName: argumentName, ArgumentValue: value },
  );
}

/** Recorded. Read with another key than the object's. */
export function wrongCustomerKey(): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.",
  );
}

/** A part of an SSE-C upload without a key, or with one of an upload that has none. Recorded. */
export function partNeedsKeyOfUpload(): AwsError {
  return invalidRequest(
    "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate " +
      "encryption parameters.",
  );
}

/** A part under another key than its upload. Recorded. */
export function otherKeyThanOriginally(): AwsError {
  return invalidRequest(
    "The provided encryption parameters did not match the ones used originally.",
  );
}

/** A header that chooses the encryption, where nothing is there to choose: of a read, of a part. */
export function encryptionHeaderNotSupported(value: string): AwsError {
  return invalidArgument(
    "x-amz-server-side-encryption",
    value,
    "x-amz-server-side-encryption header is not supported for this operation.",
  );
}

/** An SSE-C object read without its key. */
export function customerKeyRequired(): AwsError {
  return invalidRequest(
    "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to " +
      "retrieve the object.",
  );
}
