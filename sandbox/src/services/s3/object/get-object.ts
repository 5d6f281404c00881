import type { GetObjectOutput, GetObjectRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { invalidObjectState } from "../errors";
import { decryptForRead } from "./object-encryption";
import { describeRead, findReadable, readNeeds, selectBytes } from "../store/read-version";
import { isArchived } from "./restore-object";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: Operation<GetObjectRequest, GetObjectOutput> = {
  access: readNeeds,

  handle(input, context) {
    const found = findReadable(input, context);
    const { bucket, version } = found;
    const range = selectBytes(version, input, context.nowEpochMs);
    if (isArchived(version, context.nowEpochMs)) throw invalidObjectState(version.storageClass);
    decryptForRead(context, bucket, version, input);
    const output = describeRead(found, range, input, context);
    // The SDK's type is a stream on the client's side; operations answer a buffer.
    output["Body"] =
      range === undefined ? version.body : version.body.subarray(range.first, range.last + 1);
    return output;
  },
};
