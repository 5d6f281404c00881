/** The unfinished batch jobs of an account and Region. Nothing is changed. */

import { paginateListJobs, type S3ControlClient } from "@aws-sdk/client-s3-control";
import { JOB_STATUSES, isTerminal, parseJobStatus, type JobStatus } from "../../backfill/job-state";
import { ask, orElse } from "../../guard/ask";
import type { Fact } from "../../guard/facts";

export interface UnfinishedJob {
  readonly jobId: string;
  readonly status: JobStatus;
  readonly description: string;
  readonly createdEpochMs: number | undefined;
}

export async function readUnfinishedJobs(
  AccountId: string,
  client: S3ControlClient,
  abortSignal: AbortSignal,
): Promise<Fact<readonly UnfinishedJob[]>> {
  const JobStatuses = JOB_STATUSES.filter((status) => !isTerminal(status));
  const found = await ask("s3:ListJobs", undefined, async () => {
    const jobs: UnfinishedJob[] = [];
    const pages = paginateListJobs({ client }, { AccountId, JobStatuses }, { abortSignal });
    for await (const { Jobs = [] } of pages) {
      for (const { CreationTime, Description = "", JobId = "", Status } of Jobs) {
        jobs.push({
          jobId: JobId,
          status: parseJobStatus(Status),
          description: Description,
          createdEpochMs: CreationTime?.getTime(),
        });
      }
    }
    return jobs;
  });
  return orElse(found, []);
}
