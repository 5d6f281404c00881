import type { UploadPartCopyOutput, UploadPartCopyRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { readSource, sourceNeeds } from "../object/copy-source";
import { invalidArgument, invalidRequest } from "../errors";
import { checkedPartNumber, uploadOf } from "./multipart";
import { describeEncryption, useKeyOfUpload } from "../object/object-encryption";
import { required } from "../object/object-request";
import { shownVersionId } from "../store/store-version";
import { addPart, uploadNeeds } from "./upload-part";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy: Operation<UploadPartCopyRequest, UploadPartCopyOutput> = {
  access(input, context) {
    checkedPartNumber(input.PartNumber);
    return [
      ...uploadNeeds(input, context, "s3:PutObject", {
        "s3:x-amz-copy-source": input.CopySource?.replace(/^\//, ""),
      }),
      ...sourceNeeds(context, input, false),
    ];
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const partNumber = checkedPartNumber(input.PartNumber);
    const upload = uploadOf(bucket, required(input.Key), input.UploadId);
    const { bucket: sourceBucket, version } = readSource(context, input);
    const range = copyRange(input.CopySourceRange, version.sizeBytes);
    useKeyOfUpload(context, bucket, upload, input);
    const body =
      range === undefined ? version.body : version.body.subarray(range.first, range.last + 1);
    const part = addPart(context, upload, partNumber, body, undefined);
    return {
      CopySourceVersionId: shownVersionId(sourceBucket, version),
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: new Date(part.lastModifiedEpochMs),
        ...(upload.checksumAlgorithm === undefined ? {} : part.checksums),
      },
      ...describeEncryption(upload.encryption),
    };
  },
};

/** Stricter than `Range`: both ends, inside the source. @throws AwsError InvalidArgument, InvalidRequest */
function copyRange(
  header: string | undefined,
  sizeBytes: number,
): { first: number; last: number } | undefined {
  if (header === undefined) return undefined;
  const name = "x-amz-copy-source-range";
  const found = /^bytes=(\d+)-(\d+)$/.exec(header);
  if (found === null || Number(found[1]) > Number(found[2])) {
    throw invalidArgument(
      name,
      header,
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the " +
        "zero-based offsets of the first and last bytes to copy",
    );
  }
  const first = Number(found[1]);
  const last = Number(found[2]);
  if (first >= sizeBytes) {
    throw invalidRequest("The specified copy range is invalid for the source object size");
  }
  if (last >= sizeBytes) {
    throw invalidArgument(
      name,
      header,
      `Range specified is not valid for source object of size: ${sizeBytes}`,
    );
  }
  return { first, last };
}
