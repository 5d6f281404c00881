import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";
import {
  notificationsFromS3,
  notificationsToS3,
  type Notifications,
} from "./bucket-notification-shape";

const common = {
  id: z.string().optional(),
  events: z.array(z.string()).min(1),
  filterPrefix: z.string().optional(),
  filterSuffix: z.string().optional(),
};

/** `aws.s3.BucketNotification`: all notifications of a bucket. What is not given is taken away. */
export const bucketNotification = bucketConfiguration({
  token: "aws:s3/bucketNotification:BucketNotification",
  noun: "S3 Bucket Notification",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    eventbridge: z.boolean().optional(),
    topics: z.array(z.strictObject({ ...common, topicArn: z.string() })).optional(),
    queues: z.array(z.strictObject({ ...common, queueArn: z.string() })).optional(),
    lambdaFunctions: z
      .array(z.strictObject({ ...common, lambdaFunctionArn: z.string() }))
      .optional(),
  }),
  defaults: { eventbridge: false, topics: [], queues: [], lambdaFunctions: [] },
  isUnordered: (path) => path.at(-1) === "events",

  put: (inputs, s3) => put(inputs.bucket, inputs, s3),

  async read(bucket, s3) {
    const answer = await unlessAbsent(
      send(s3, new GetBucketNotificationConfigurationCommand({ Bucket: bucket })),
      "NoSuchBucket",
    );
    return answer === undefined ? undefined : { ...notificationsFromS3(answer) };
  },

  remove: ({ bucket }, s3) => unlessAbsent(put(bucket, {}, s3), "NoSuchBucket"),
});

function put(bucket: string, wanted: Notifications, s3: S3Client): Promise<unknown> {
  return send(
    s3,
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: notificationsToS3(wanted),
    }),
  );
}
