import type { OperationTable } from "../../operation";
import { createJob } from "./create-job";
import { describeJob } from "./describe-job";
import { deleteJobTagging, getJobTagging, putJobTagging } from "./job-tagging";
import { listJobs } from "./list-jobs";
import { updateJobPriority } from "./update-job-priority";
import { updateJobStatus } from "./update-job-status";

/** Operations of Amazon S3 Control that the sandbox serves, by AWS name: those of S3 Batch Operations jobs. */
export const operations: OperationTable = {
  CreateJob: createJob,
  DeleteJobTagging: deleteJobTagging,
  DescribeJob: describeJob,
  GetJobTagging: getJobTagging,
  ListJobs: listJobs,
  PutJobTagging: putJobTagging,
  UpdateJobPriority: updateJobPriority,
  UpdateJobStatus: updateJobStatus,
};
