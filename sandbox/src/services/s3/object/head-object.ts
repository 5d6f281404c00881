import type { HeadObjectOutput, HeadObjectRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { checkCustomerKeyOf } from "./object-encryption";
import { describeRead, findReadable, readNeeds, selectBytes } from "../store/read-version";

/**
 * As GetObject without the body. An archived object can be looked at, and no KMS key is used.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const headObject: Operation<HeadObjectRequest, HeadObjectOutput> = {
  access: readNeeds,

  handle(input, context) {
    const found = findReadable(input, context);
    checkCustomerKeyOf(context, found.version, input);
    const range = selectBytes(found.version, input, context.nowEpochMs);
    return describeRead(found, range, input, context);
  },
};
