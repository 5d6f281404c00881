import type { JobReport } from "@aws-sdk/client-s3-control";
import type { Principal } from "../../authorization/model";
import { isAwsError } from "../../world/aws-error";
import { md5Hex } from "../../values/md5";
import { bucketName } from "../s3/bucket/bucket-arn";
import type { World } from "../../world/world";
import { ranCount } from "./job";
import type { Job } from "./job";

/** As AWS states it; the lines have the two columns in the middle the other way round, see `reportLine`. */
const REPORT_SCHEMA =
  "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage";

const HEX_DIGITS = "0123456789abcdef";

/** True when a report is due: one was asked for and at least one task was run. */
export function isReportDue(job: Job): boolean {
  return job.report.isWanted && ranCount(job) > 0;
}

/**
 * Writes the completion report under the job's role, always with SSE-S3:
 *
 *     <Prefix>/job-<id>/manifest.json, manifest.json.md5, results/<40 hex characters>.csv
 *
 * Each step writes a file of results, the last one the manifest. In the end false when it could not be delivered: the role
 * may not, the bucket is gone or is another owner's, or it has a default retention, which S3 Batch Operations does not write
 * under.
 */
export function* writeReport(
  world: World,
  job: Job,
  principal: Principal,
): Generator<void, boolean> {
  const request: Partial<JobReport> = job.request.Report ?? {};
  const name = bucketName(request.Bucket ?? "");
  const bucket = world.s3.findBucket(name);
  if (bucket === undefined || bucket.objectLock?.defaultRetention !== undefined) return false;
  const expectedOwner = request.ExpectedBucketOwner;
  if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) return false;

  const folder = `${request.Prefix === undefined ? "" : `${request.Prefix}/`}job-${job.jobId}`;
  const put = (key: string, body: Buffer, contentType: string): void => {
    world.invoke({
      service: "s3",
      operation: "PutObject",
      input: {
        Bucket: name,
        Key: key,
        Body: body,
        ContentType: contentType,
        ServerSideEncryption: "AES256",
      },
      principal,
      region: bucket.region,
    });
  };
  try {
    const results: object[] = [];
    for (const { status, body } of job.report.files()) {
      const key = `${folder}/results/${world.random.string(40, HEX_DIGITS)}.csv`;
      put(key, body, "text/csv");
      results.push({
        TaskExecutionStatus: status,
        Bucket: name,
        MD5Checksum: md5Hex(body),
        Key: key,
      });
      yield;
    }
    const manifest = JSON.stringify({
      Format: request.Format,
      ReportCreationDate: new Date(world.clock.nowEpochMs()).toISOString(),
      Results: results,
      ReportSchema: REPORT_SCHEMA,
    });
    put(`${folder}/manifest.json`, Buffer.from(manifest), "application/json");
    put(`${folder}/manifest.json.md5`, Buffer.from(`${md5Hex(manifest)}\n`), "text/plain");
    return true;
  } catch (error) {
    if (isAwsError(error)) return false;
    throw error;
  }
}
