import {
  GetObjectLockConfigurationCommand,
  PutObjectLockConfigurationCommand,
  type ObjectLockRule,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";

const rule = z.strictObject({
  defaultRetention: z.strictObject({
    mode: z.enum(["GOVERNANCE", "COMPLIANCE"]).optional(),
    days: z.number().int().optional(),
    years: z.number().int().optional(),
  }),
});

/**
 * `aws.s3.BucketObjectLockConfiguration`, for new and for existing buckets. Object Lock cannot be turned off: deleting it
 * takes the default retention away, as in the provider.
 */
export const bucketObjectLockConfiguration = bucketConfiguration({
  token: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  noun: "S3 Bucket Object Lock Configuration",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    objectLockEnabled: z.literal("Enabled").optional(),
    rule: rule.optional(),
    token: z.string().optional(),
  }),
  inputOnly: ["token"],
  computed: ["objectLockEnabled"],
  replaceOn: ["objectLockEnabled"],
  defaults: { objectLockEnabled: "Enabled", rule: undefined },

  put: ({ bucket, token, rule }, s3) =>
    send(
      s3,
      new PutObjectLockConfigurationCommand({
        Bucket: bucket,
        Token: token,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: rule === undefined ? undefined : ruleToS3(rule),
        },
      }),
    ),

  async read(bucket, s3) {
    const answer = await unlessAbsent(
      send(s3, new GetObjectLockConfigurationCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "ObjectLockConfigurationNotFoundError",
    );
    const found = answer?.ObjectLockConfiguration;
    if (found === undefined) return undefined;
    return {
      objectLockEnabled: found.ObjectLockEnabled,
      rule: found.Rule === undefined ? undefined : ruleFromS3(found.Rule),
    };
  },

  remove: ({ bucket }, s3) =>
    unlessAbsent(
      send(
        s3,
        new PutObjectLockConfigurationCommand({
          Bucket: bucket,
          ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
        }),
      ),
      "NoSuchBucket",
      "ObjectLockConfigurationNotFoundError",
    ),
});

function ruleToS3({
  defaultRetention: { mode, days, years },
}: z.infer<typeof rule>): ObjectLockRule {
  return { DefaultRetention: { Mode: mode, Days: days, Years: years } };
}

function ruleFromS3({ DefaultRetention: retention }: ObjectLockRule): object {
  return {
    defaultRetention: { mode: retention?.Mode, days: retention?.Days, years: retention?.Years },
  };
}
