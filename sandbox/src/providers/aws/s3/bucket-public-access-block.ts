import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";

/** `aws.s3.BucketPublicAccessBlock`. What is not given is off, as in the provider. */
export const bucketPublicAccessBlock = bucketConfiguration({
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  noun: "S3 Bucket Public Access Block",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    blockPublicAcls: z.boolean().optional(),
    blockPublicPolicy: z.boolean().optional(),
    ignorePublicAcls: z.boolean().optional(),
    restrictPublicBuckets: z.boolean().optional(),
    skipDestroy: z.boolean().optional(),
  }),
  inputOnly: ["skipDestroy"],
  defaults: {
    blockPublicAcls: false,
    blockPublicPolicy: false,
    ignorePublicAcls: false,
    restrictPublicBuckets: false,
  },

  put: (inputs, s3) =>
    send(
      s3,
      new PutPublicAccessBlockCommand({
        Bucket: inputs.bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: inputs.blockPublicAcls ?? false,
          BlockPublicPolicy: inputs.blockPublicPolicy ?? false,
          IgnorePublicAcls: inputs.ignorePublicAcls ?? false,
          RestrictPublicBuckets: inputs.restrictPublicBuckets ?? false,
        },
      }),
    ),

  async read(bucket, s3) {
    const answer = await unlessAbsent(
      send(s3, new GetPublicAccessBlockCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "NoSuchPublicAccessBlockConfiguration",
    );
    const block = answer?.PublicAccessBlockConfiguration;
    if (block === undefined) return undefined;
    return {
      blockPublicAcls: block.BlockPublicAcls,
      blockPublicPolicy: block.BlockPublicPolicy,
      ignorePublicAcls: block.IgnorePublicAcls,
      restrictPublicBuckets: block.RestrictPublicBuckets,
    };
  },

  remove: async ({ bucket, skipDestroy }, s3) => {
    if (skipDestroy) return;
    await unlessAbsent(
      send(s3, new DeletePublicAccessBlockCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "NoSuchPublicAccessBlockConfiguration",
    );
  },
});
