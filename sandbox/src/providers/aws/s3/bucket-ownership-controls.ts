import {
  DeleteBucketOwnershipControlsCommand,
  GetBucketOwnershipControlsCommand,
  PutBucketOwnershipControlsCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";

/** `aws.s3.BucketOwnershipControls`. */
export const bucketOwnershipControls = bucketConfiguration({
  token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  noun: "S3 Bucket Ownership Controls",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    rule: z.strictObject({
      objectOwnership: z.enum(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
    }),
  }),

  put: ({ bucket, rule }, s3) =>
    send(
      s3,
      new PutBucketOwnershipControlsCommand({
        Bucket: bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership }] },
      }),
    ),

  async read(bucket, s3) {
    const answer = await unlessAbsent(
      send(s3, new GetBucketOwnershipControlsCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "OwnershipControlsNotFoundError",
    );
    const rule = answer?.OwnershipControls?.Rules?.[0];
    return rule === undefined ? undefined : { rule: { objectOwnership: rule.ObjectOwnership } };
  },

  remove: ({ bucket }, s3) =>
    unlessAbsent(
      send(s3, new DeleteBucketOwnershipControlsCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "OwnershipControlsNotFoundError",
    ),
});
