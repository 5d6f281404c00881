import type { JobDescriptor } from "@aws-sdk/client-s3-control";
import { parseJobStatus, type JobSnapshot } from "./job-state";
import { unquoted } from "./own-manifest";

/** Reads what DescribeJob answered. */
export function jobSnapshot(jobId: string, job: JobDescriptor): JobSnapshot {
  const location = job.GeneratedManifestDescriptor?.Location ?? job.Manifest?.Location;
  const manifest = /^arn:[^:]+:s3:::([^/]+)\/(.+)$/s.exec(location?.ObjectArn ?? "");
  return {
    jobId,
    status: parseJobStatus(job.Status),
    totalCount: job.ProgressSummary?.TotalNumberOfTasks ?? 0,
    succeededCount: job.ProgressSummary?.NumberOfTasksSucceeded ?? 0,
    failedCount: job.ProgressSummary?.NumberOfTasksFailed ?? 0,
    failureReasons: (job.FailureReasons ?? []).map(({ FailureCode, FailureReason }) => ({
      code: FailureCode ?? "",
      reason: FailureReason ?? "",
    })),
    ...(manifest?.[1] !== undefined &&
      manifest[2] !== undefined && {
        manifest: {
          bucket: manifest[1],
          key: manifest[2],
          etag: unquoted(location?.ETag ?? ""),
        },
      }),
    ...(job.StatusUpdateReason !== undefined && { statusUpdateReason: job.StatusUpdateReason }),
  };
}
