import type { CreateMultipartUploadOutput, CreateMultipartUploadRequest } from "@aws-sdk/client-s3";
import type { ChecksumAlgorithm } from "../../../values/checksums";
import type { Operation } from "../../../world/operation";
import { abortMembers } from "../lifecycle/headers";
import { invalidRequest } from "../errors";
import { beginUpload, newUploadId } from "./multipart";
import { attributesOfNew, needsOfNew } from "../store/new-version";
import { checkedAlgorithm } from "../object/object-checksums";
import { describeEncryption, encryptionOfNew } from "../object/object-encryption";
import { required } from "../object/object-request";
import { wholeSecond } from "../store/whole-second";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: Operation<
  CreateMultipartUploadRequest,
  CreateMultipartUploadOutput
> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    return needsOfNew(context, bucket, required(input.Key), input, {
      "s3:objectcreationoperation": "false",
    });
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const key = required(input.Key);
    const attributes = attributesOfNew(context, bucket, key, input);
    const checksumAlgorithm = checkedAlgorithm(input.ChecksumAlgorithm);
    const checksumType = checkedType(checksumAlgorithm, input.ChecksumType?.toUpperCase());
    const encryption = encryptionOfNew(context, bucket, key, input);
    const uploadId = newUploadId(context.world.random);
    const upload = {
      uploadId,
      key,
      initiatedEpochMs: wholeSecond(context.nowEpochMs),
      sequence: context.world.s3.nextSequence(),
      initiator: context.principal,
      attributes,
      encryption,
      checksumAlgorithm,
      checksumType,
      parts: new Map(),
      isOvertaken: false,
    };
    beginUpload(bucket, upload);
    context.world.s3.changes.publish({
      kind: "upload-started",
      bucket,
      key,
      uploadId,
      cause: "request",
    });
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: uploadId,
      ...abortMembers(bucket, upload),
      ChecksumAlgorithm: checksumAlgorithm,
      ChecksumType: checksumType,
      ...describeEncryption(encryption),
      SSEKMSEncryptionContext: encryption.encryptionContext,
    };
  },
};

/**
 * CRC64NVME is always of the full object, CRC32 and CRC32C either, all others are composite.
 * @throws AwsError InvalidRequest
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
function checkedType(
  algorithm: ChecksumAlgorithm | undefined,
  type: string | undefined,
): "FULL_OBJECT" | "COMPOSITE" | undefined {
  if (type !== undefined && type !== "FULL_OBJECT" && type !== "COMPOSITE") {
    throw invalidRequest("Value for x-amz-checksum-type header is invalid.");
  }
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw invalidRequest(
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  }
  const only =
    algorithm === "CRC64NVME" ? "FULL_OBJECT" : /^CRC/.test(algorithm) ? undefined : "COMPOSITE";
  if (only !== undefined && type !== undefined && type !== only) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return type ?? only ?? "COMPOSITE";
}
