import type * as S3Control from "@aws-sdk/client-s3-control";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import { createJob } from "./create-job";
import { describeJob } from "./describe-job";
import { deleteJobTagging, getJobTagging, putJobTagging } from "./job-tagging";
import { listJobs } from "./list-jobs";
import {
  deletePublicAccessBlock,
  getPublicAccessBlock,
  putPublicAccessBlock,
} from "./public-access-block";
import { listTagsForResource, tagResource, untagResource } from "./resource-tagging";
import { updateJobPriority } from "./update-job-priority";
import { updateJobStatus } from "./update-job-status";

/**
 * Operations of Amazon S3 Control that the sandbox serves, by AWS name: S3 Batch Operations jobs, tags of buckets, and Block
 * Public Access of accounts.
 */
export const operations: OperationTable = {
  CreateJob: createJob,
  DeleteJobTagging: deleteJobTagging,
  DeletePublicAccessBlock: deletePublicAccessBlock,
  DescribeJob: describeJob,
  GetJobTagging: getJobTagging,
  GetPublicAccessBlock: getPublicAccessBlock,
  ListJobs: listJobs,
  ListTagsForResource: listTagsForResource,
  PutJobTagging: putJobTagging,
  PutPublicAccessBlock: putPublicAccessBlock,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateJobPriority: updateJobPriority,
  UpdateJobStatus: updateJobStatus,
} satisfies OperationsOf<typeof S3Control>;
