import type { OperationTable } from "../../operation";
import { createJob } from "./create-job";
import { describeJob } from "./describe-job";
import { deleteJobTagging, getJobTagging, putJobTagging } from "./job-tagging";
import { listJobs } from "./list-jobs";
import { listTagsForResource, tagResource, untagResource } from "./resource-tagging";
import { updateJobPriority } from "./update-job-priority";
import { updateJobStatus } from "./update-job-status";

/** Operations of Amazon S3 Control that the sandbox serves, by AWS name: S3 Batch Operations jobs, and tags of buckets. */
export const operations: OperationTable = {
  CreateJob: createJob,
  DeleteJobTagging: deleteJobTagging,
  DescribeJob: describeJob,
  GetJobTagging: getJobTagging,
  ListJobs: listJobs,
  ListTagsForResource: listTagsForResource,
  PutJobTagging: putJobTagging,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateJobPriority: updateJobPriority,
  UpdateJobStatus: updateJobStatus,
};
