import type {
  DeletePublicAccessBlockRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutPublicAccessBlockRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "../bucket/bucket-operation";
import { malformedXml, noSuchPublicAccessBlockConfiguration } from "../errors";
import { publicAccessBlockOf } from "./public-access";

export const getPublicAccessBlock = bucketOperation<
  GetPublicAccessBlockRequest,
  GetPublicAccessBlockOutput
>({
  action: "s3:GetBucketPublicAccessBlock",
  handle(bucket) {
    const settings = bucket.publicAccessBlock;
    if (settings === undefined) throw noSuchPublicAccessBlockConfiguration(bucket.name);
    return { PublicAccessBlockConfiguration: { ...settings } };
  },
});

/** PutPublicAccessBlock replaces all four settings: what is left out is off. */
export const putPublicAccessBlock = bucketOperation<PutPublicAccessBlockRequest, object>({
  action: "s3:PutBucketPublicAccessBlock",
  handle(bucket, input) {
    const configuration = input.PublicAccessBlockConfiguration;
    if (configuration === undefined) throw malformedXml();
    bucket.publicAccessBlock = publicAccessBlockOf(configuration);
    return {};
  },
});

/** DeletePublicAccessBlock needs the right to put; there is no action to delete. */
export const deletePublicAccessBlock = bucketOperation<DeletePublicAccessBlockRequest, object>({
  action: "s3:PutBucketPublicAccessBlock",
  handle(bucket) {
    delete bucket.publicAccessBlock;
    return {};
  },
});
