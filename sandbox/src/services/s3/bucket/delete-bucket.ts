import type { DeleteBucketRequest } from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import { bucketNotEmpty } from "../errors";

/**
 * DeleteBucket. Versions and delete markers keep a bucket; unfinished multipart uploads do not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
 */
export const deleteBucket = bucketOperation<DeleteBucketRequest, object>({
  action: "s3:DeleteBucket",
  handle(bucket, _input, context) {
    if (bucket.objects.versionCount > 0) {
      throw bucketNotEmpty(bucket.name, bucket.versioning !== undefined);
    }
    context.world.s3.removeBucket(bucket.name);
    return {};
  },
});
