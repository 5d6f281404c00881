import type { Job } from "../services/s3control/job";

/** The detail type under which CloudTrail passes on what a service reports of itself. */
export const SERVICE_EVENT = "AWS Service Event via CloudTrail";

/** Ids of one job event, made by the caller. */
export interface JobEventIds {
  readonly eventId: string;
  readonly jobEventId: string;
}

/**
 * What CloudTrail hands to EventBridge of a batch job. That a trail with management events exists in the Region is taken
 * for granted: who waits for a job needs none here.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-event-bridge-cloud-trail.html
 */
export function jobEventDetail(
  job: Job,
  name: "JobCreated" | "JobStatusChanged",
  nowEpochMs: number,
  ids: JobEventIds,
): object {
  return {
    eventVersion: "1.05",
    userIdentity: { accountId: job.accountId, invokedBy: "s3.amazonaws.com" },
    eventTime: `${new Date(nowEpochMs).toISOString().slice(0, 19)}Z`,
    eventSource: "s3.amazonaws.com",
    eventName: name,
    awsRegion: job.region,
    sourceIPAddress: "s3.amazonaws.com",
    userAgent: "s3.amazonaws.com",
    requestParameters: null,
    responseElements: null,
    eventID: ids.eventId,
    readOnly: false,
    eventType: "AwsServiceEvent",
    recipientAccountId: job.accountId,
    serviceEventDetails: {
      jobId: job.jobId,
      jobArn: job.jobArn,
      status: job.status,
      jobEventId: ids.jobEventId,
      failureCodes: job.failureReasons.map(({ FailureCode }) => FailureCode ?? ""),
      statusChangeReason: job.failureReasons.map(({ FailureReason }) => FailureReason ?? ""),
    },
  };
}
