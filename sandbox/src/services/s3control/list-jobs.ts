import type { ListJobsRequest, ListJobsResult } from "@aws-sdk/client-s3-control";
import type { Operation } from "../../world/operation";
import { invalidNextToken, invalidRequest } from "./errors";
import { summarize } from "./job";
import { placeOf } from "./job-access";
import { JOB_STATUSES } from "./job-state";

const MAX_PAGE_LENGTH = 1000;

/**
 * The jobs of the account in the Region of the request, newest first (the order is assumed). `MaxResults` 0 asks for
 * the most (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListJobs.html
 */
export const listJobs: Operation<ListJobsRequest, ListJobsResult> = {
  access(input, context) {
    placeOf(input, context);
    return [{ action: "s3:ListJobs", resource: "*" }];
  },
  handle(input, context) {
    const wanted: readonly string[] = input.JobStatuses ?? [];
    for (const status of wanted) {
      if (!JOB_STATUSES.some((known) => known === status)) {
        throw invalidRequest(`Unknown job status: ${status}`);
      }
    }
    const maxResults = input.MaxResults ?? MAX_PAGE_LENGTH;
    if (!Number.isInteger(maxResults) || maxResults < 0 || maxResults > MAX_PAGE_LENGTH) {
      throw invalidRequest(`MaxResults must be between 0 and ${MAX_PAGE_LENGTH}`);
    }
    const before = input.NextToken === undefined ? Infinity : parseToken(input.NextToken);
    const pageLength = maxResults === 0 ? MAX_PAGE_LENGTH : maxResults;
    const rest = context.world.batch
      .jobs(placeOf(input, context))
      .filter((job) => job.sequence < before)
      .filter((job) => wanted.length === 0 || wanted.includes(job.status));
    const page = rest.slice(0, pageLength);
    const last = page.at(-1);
    return {
      Jobs: page.map((job) => summarize(job, context.nowEpochMs)),
      NextToken: last !== undefined && rest.length > page.length ? token(last.sequence) : undefined,
    };
  },
};

/** The token names the last job of the page, so that jobs made in between do not shift the next one. */
function token(sequence: number): string {
  return Buffer.from(`jobs-before-${sequence}`).toString("base64url");
}

function parseToken(text: string): number {
  const match = /^jobs-before-(\d+)$/.exec(Buffer.from(text, "base64url").toString("utf8"));
  if (match?.[1] === undefined) throw invalidNextToken();
  return Number(match[1]);
}
