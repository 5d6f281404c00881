/** The unfinished batch jobs of an account and Region. Nothing is changed. */

import type { S3ControlClient } from "@aws-sdk/client-s3-control";
import { parseJobStatus, UNFINISHED_STATUSES, type JobStatus } from "../../backfill/job-state";
import { listedJobs } from "../../backfill/listed-jobs";
import { ask, orElse } from "../../guard/ask";
import type { Fact } from "../../guard/facts";

export interface UnfinishedJob {
  readonly jobId: string;
  readonly status: JobStatus;
  readonly description: string;
  readonly createdEpochMs: number | undefined;
}

export async function readUnfinishedJobs(
  accountId: string,
  client: S3ControlClient,
  signal: AbortSignal,
): Promise<Fact<readonly UnfinishedJob[]>> {
  const found = await ask("s3:ListJobs", undefined, async () => {
    const jobs: UnfinishedJob[] = [];
    const listed = listedJobs(client, accountId, UNFINISHED_STATUSES, signal);
    for await (const { CreationTime, Description = "", JobId = "", Status } of listed) {
      jobs.push({
        jobId: JobId,
        status: parseJobStatus(Status),
        description: Description,
        createdEpochMs: CreationTime?.getTime(),
      });
    }
    return jobs;
  });
  return orElse(found, []);
}
