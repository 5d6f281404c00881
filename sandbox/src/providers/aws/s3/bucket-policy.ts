import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";

/** `aws.s3.BucketPolicy`. */
export const bucketPolicy = bucketConfiguration({
  token: "aws:s3/bucketPolicy:BucketPolicy",
  noun: "S3 Bucket Policy",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    policy: z.string(),
  }),
  documents: ["policy"],

  put: ({ bucket, policy }, s3) =>
    send(s3, new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy })),

  async read(bucket, s3) {
    const answer = await unlessAbsent(
      send(s3, new GetBucketPolicyCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "NoSuchBucketPolicy",
    );
    return answer?.Policy === undefined ? undefined : { policy: answer.Policy };
  },

  remove: ({ bucket }, s3) =>
    unlessAbsent(
      send(s3, new DeleteBucketPolicyCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "NoSuchBucketPolicy",
    ),
});
