import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  type LifecycleRuleFilter,
  type TransitionDefaultMinimumObjectSize,
  type TransitionStorageClass,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";
import { tagMap, tagSet } from "../tags";

const count = z.number().int();
const conditions = {
  prefix: z.string().optional(),
  objectSizeGreaterThan: count.optional(),
  objectSizeLessThan: count.optional(),
};

const rule = z.strictObject({
  id: z.string(),
  status: z.enum(["Enabled", "Disabled"]),
  prefix: z.string().optional(),
  filter: z
    .strictObject({
      ...conditions,
      tag: z.strictObject({ key: z.string(), value: z.string() }).optional(),
      and: z
        .strictObject({ ...conditions, tags: z.record(z.string(), z.string()).optional() })
        .optional(),
    })
    .optional(),
  expiration: z
    .strictObject({
      date: z.string().optional(),
      days: count.optional(),
      expiredObjectDeleteMarker: z.boolean().optional(),
    })
    .optional(),
  transitions: z
    .array(
      z.strictObject({
        date: z.string().optional(),
        days: count.optional(),
        storageClass: z.string(),
      }),
    )
    .optional(),
  noncurrentVersionExpiration: z
    .strictObject({ noncurrentDays: count, newerNoncurrentVersions: count.optional() })
    .optional(),
  noncurrentVersionTransitions: z
    .array(
      z.strictObject({
        noncurrentDays: count,
        newerNoncurrentVersions: count.optional(),
        storageClass: z.string(),
      }),
    )
    .optional(),
  abortIncompleteMultipartUpload: z
    .strictObject({ daysAfterInitiation: count.optional() })
    .optional(),
});

type Rule = z.infer<typeof rule>;

/** `aws.s3.BucketLifecycleConfiguration`. */
export const bucketLifecycleConfiguration = bucketConfiguration({
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  noun: "S3 Bucket Lifecycle Configuration",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    rules: z.array(rule).min(1),
    transitionDefaultMinimumObjectSize: z.string().optional(),
  }),
  computed: ["transitionDefaultMinimumObjectSize"],
  keptInputs: ["transitionDefaultMinimumObjectSize"],

  put: ({ bucket, rules, transitionDefaultMinimumObjectSize: minimumSize }, s3) =>
    send(
      s3,
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        TransitionDefaultMinimumObjectSize: minimumSize as
          TransitionDefaultMinimumObjectSize | undefined,
        LifecycleConfiguration: { Rules: rules.map(ruleToS3) },
      }),
    ),

  async read(bucket, s3) {
    const answer = await unlessAbsent(
      send(s3, new GetBucketLifecycleConfigurationCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "NoSuchLifecycleConfiguration",
    );
    if (answer?.Rules === undefined) return undefined;
    return {
      rules: answer.Rules.map(ruleFromS3),
      transitionDefaultMinimumObjectSize: answer.TransitionDefaultMinimumObjectSize,
    };
  },

  remove: ({ bucket }, s3) =>
    unlessAbsent(send(s3, new DeleteBucketLifecycleCommand({ Bucket: bucket })), "NoSuchBucket"),
});

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(Date.parse(text));

function ruleToS3(rule: Rule): LifecycleRule {
  const { expiration, noncurrentVersionExpiration: noncurrent } = rule;
  return {
    ID: rule.id,
    Status: rule.status,
    Prefix: rule.filter === undefined ? rule.prefix : undefined,
    // S3 wants one of the two; without either the rule is for every object.
    Filter: rule.filter === undefined && rule.prefix !== undefined ? undefined : filterToS3(rule),
    Expiration:
      expiration === undefined
        ? undefined
        : {
            Date: dateOf(expiration.date),
            Days: expiration.days,
            ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker,
          },
    Transitions: rule.transitions?.map((transition) => ({
      Date: dateOf(transition.date),
      Days: transition.days,
      StorageClass: transition.storageClass as TransitionStorageClass,
    })),
    NoncurrentVersionExpiration:
      noncurrent === undefined
        ? undefined
        : {
            NoncurrentDays: noncurrent.noncurrentDays,
            NewerNoncurrentVersions: noncurrent.newerNoncurrentVersions,
          },
    NoncurrentVersionTransitions: rule.noncurrentVersionTransitions?.map((transition) => ({
      NoncurrentDays: transition.noncurrentDays,
      NewerNoncurrentVersions: transition.newerNoncurrentVersions,
      StorageClass: transition.storageClass as TransitionStorageClass,
    })),
    AbortIncompleteMultipartUpload:
      rule.abortIncompleteMultipartUpload === undefined
        ? undefined
        : { DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation },
  };
}

function filterToS3({ filter }: Rule): LifecycleRuleFilter {
  if (filter?.and !== undefined) {
    const { prefix, tags, objectSizeGreaterThan, objectSizeLessThan } = filter.and;
    return {
      And: {
        Prefix: prefix,
        Tags: tags === undefined ? undefined : tagSet(tags),
        ObjectSizeGreaterThan: objectSizeGreaterThan,
        ObjectSizeLessThan: objectSizeLessThan,
      },
    };
  }
  if (filter?.tag !== undefined) return { Tag: { Key: filter.tag.key, Value: filter.tag.value } };
  if (filter?.objectSizeGreaterThan !== undefined) {
    return { ObjectSizeGreaterThan: filter.objectSizeGreaterThan };
  }
  if (filter?.objectSizeLessThan !== undefined) {
    return { ObjectSizeLessThan: filter.objectSizeLessThan };
  }
  return { Prefix: filter?.prefix ?? "" };
}

function ruleFromS3(rule: LifecycleRule): object {
  return {
    id: rule.ID,
    status: rule.Status,
    prefix: rule.Prefix,
    filter: filterFromS3(rule.Filter),
    expiration:
      rule.Expiration === undefined
        ? undefined
        : {
            date: rule.Expiration.Date?.toISOString(),
            days: rule.Expiration.Days,
            expiredObjectDeleteMarker: rule.Expiration.ExpiredObjectDeleteMarker,
          },
    transitions: rule.Transitions?.map((transition) => ({
      date: transition.Date?.toISOString(),
      days: transition.Days,
      storageClass: transition.StorageClass,
    })),
    noncurrentVersionExpiration:
      rule.NoncurrentVersionExpiration === undefined
        ? undefined
        : {
            noncurrentDays: rule.NoncurrentVersionExpiration.NoncurrentDays,
            newerNoncurrentVersions: rule.NoncurrentVersionExpiration.NewerNoncurrentVersions,
          },
    noncurrentVersionTransitions: rule.NoncurrentVersionTransitions?.map((transition) => ({
      noncurrentDays: transition.NoncurrentDays,
      newerNoncurrentVersions: transition.NewerNoncurrentVersions,
      storageClass: transition.StorageClass,
    })),
    abortIncompleteMultipartUpload:
      rule.AbortIncompleteMultipartUpload === undefined
        ? undefined
        : { daysAfterInitiation: rule.AbortIncompleteMultipartUpload.DaysAfterInitiation },
  };
}

function filterFromS3(filter: LifecycleRuleFilter | undefined): object | undefined {
  if (filter === undefined) return undefined;
  return {
    prefix: filter.Prefix,
    objectSizeGreaterThan: filter.ObjectSizeGreaterThan,
    objectSizeLessThan: filter.ObjectSizeLessThan,
    tag: filter.Tag === undefined ? undefined : { key: filter.Tag.Key, value: filter.Tag.Value },
    and:
      filter.And === undefined
        ? undefined
        : {
            prefix: filter.And.Prefix,
            tags: tagMap(filter.And.Tags),
            objectSizeGreaterThan: filter.And.ObjectSizeGreaterThan,
            objectSizeLessThan: filter.And.ObjectSizeLessThan,
          },
  };
}
