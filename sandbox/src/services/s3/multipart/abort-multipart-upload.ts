import type { AbortMultipartUploadOutput, AbortMultipartUploadRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { notImplemented } from "../errors";
import { endUpload, uploadOf } from "./multipart";
import { required } from "../object/object-request";
import { uploadNeeds } from "./upload-part";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: Operation<
  AbortMultipartUploadRequest,
  AbortMultipartUploadOutput
> = {
  access: (input, context) => uploadNeeds(input, context, "s3:AbortMultipartUpload"),

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    if (input.IfMatchInitiatedTime !== undefined) {
      throw notImplemented(
        "a condition on the start of an upload, which directory buckets have",
        "x-amz-if-match-initiated-time",
      );
    }
    const upload = uploadOf(bucket, required(input.Key), input.UploadId);
    endUpload(bucket, upload);
    return {};
  },
};
