import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";

/** `aws.s3.BucketServerSideEncryptionConfiguration`. Deleting it leaves S3's own default, SSE-S3. */
export const bucketServerSideEncryptionConfiguration = bucketConfiguration({
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  noun: "S3 Bucket Server-side Encryption Configuration",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    rules: z
      .array(
        z.strictObject({
          applyServerSideEncryptionByDefault: z
            .strictObject({
              sseAlgorithm: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]),
              kmsMasterKeyId: z.string().optional(),
            })
            .optional(),
          bucketKeyEnabled: z.boolean().optional(),
          blockedEncryptionTypes: z.array(z.enum(["NONE", "SSE-C"])).optional(),
        }),
      )
      .min(1),
  }),

  put: ({ bucket, rules }, s3) =>
    send(
      s3,
      new PutBucketEncryptionCommand({
        Bucket: bucket,
        ServerSideEncryptionConfiguration: {
          Rules: rules.map(
            ({
              applyServerSideEncryptionByDefault: byDefault,
              blockedEncryptionTypes: blocked,
              bucketKeyEnabled,
            }) => ({
              ApplyServerSideEncryptionByDefault:
                byDefault === undefined
                  ? undefined
                  : {
                      SSEAlgorithm: byDefault.sseAlgorithm,
                      KMSMasterKeyID: byDefault.kmsMasterKeyId,
                    },
              BucketKeyEnabled: bucketKeyEnabled,
              BlockedEncryptionTypes:
                blocked === undefined ? undefined : { EncryptionType: blocked },
            }),
          ),
        },
      }),
    ),

  async read(bucket, s3) {
    const answer = await unlessAbsent(
      send(s3, new GetBucketEncryptionCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "ServerSideEncryptionConfigurationNotFoundError",
    );
    const rules = answer?.ServerSideEncryptionConfiguration?.Rules;
    if (rules === undefined) return undefined;
    return {
      rules: rules.map((rule) => ({
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
          kmsMasterKeyId: rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
        },
        bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
        blockedEncryptionTypes: rule.BlockedEncryptionTypes?.EncryptionType,
      })),
    };
  },

  remove: ({ bucket }, s3) =>
    unlessAbsent(send(s3, new DeleteBucketEncryptionCommand({ Bucket: bucket })), "NoSuchBucket"),
});
