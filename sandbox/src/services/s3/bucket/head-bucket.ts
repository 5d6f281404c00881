import type { HeadBucketOutput, HeadBucketRequest } from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";

/** HeadBucket. Needs the right to list, as there is no action of its own. */
export const headBucket = bucketOperation<HeadBucketRequest, HeadBucketOutput>({
  action: "s3:ListBucket",
  handle: (bucket) => ({
    BucketArn: bucket.arn,
    BucketRegion: bucket.region,
    AccessPointAlias: false,
  }),
});
