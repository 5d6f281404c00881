import type {
  BucketLocationConstraint,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import { GLOBAL_REGION } from "./regions";

/** GetBucketLocation. us-east-1 is answered as an empty element. */
export const getBucketLocation = bucketOperation<GetBucketLocationRequest, GetBucketLocationOutput>(
  {
    action: "s3:GetBucketLocation",
    handle: (bucket) =>
      bucket.region === GLOBAL_REGION
        ? {}
        : {
            LocationConstraint: (bucket.locationConstraint ??
              bucket.region) as BucketLocationConstraint,
          },
  },
);
