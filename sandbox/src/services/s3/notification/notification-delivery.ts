import type { AwsError } from "../../../world/aws-error";
import type { Bucket } from "../store/model";

/** What S3 asks of whoever delivers its notifications. */
export interface NotificationDelivery {
  /**
   * S3's own test of a topic, as PutBucketNotificationConfiguration makes it for every new target.
   * @returns why the topic cannot be used
   */
  sendTestEvent(bucket: Bucket, topicArn: string, requestId: string): AwsError | undefined;
}
