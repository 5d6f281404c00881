import {
  paginateListJobs,
  type JobListDescriptor,
  type S3ControlClient,
} from "@aws-sdk/client-s3-control";
import type { JobStatus } from "./job-state";

/**
 * The batch jobs of an account and Region, whoever made them.
 * @param statuses undefined: all
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListJobs.html (90 days back)
 */
export async function* listedJobs(
  client: S3ControlClient,
  accountId: string,
  statuses: readonly JobStatus[] | undefined,
  signal?: AbortSignal,
): AsyncGenerator<JobListDescriptor> {
  const request = {
    AccountId: accountId,
    ...(statuses !== undefined && { JobStatuses: [...statuses] }),
  };
  const pages = paginateListJobs({ client, pageSize: 1000 }, request, { abortSignal: signal });
  for await (const { Jobs = [] } of pages) yield* Jobs;
}
