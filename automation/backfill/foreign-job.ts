/** Whether a job is one that a stack would make. A description alone proves nothing: everybody in the account may write the same. */
import type { JobDescriptor } from "@aws-sdk/client-s3-control";
import { withoutSlash } from "./create-job";
import type { IntentFrame } from "./intent";
import { BACKFILL, type JobKind } from "./job-kind";

/** Where a job is not of this stack's making, in words. Pure. */
export function foreignJobPart(
  job: JobDescriptor,
  frame: IntentFrame,
  kind: JobKind = BACKFILL,
): string | undefined {
  if (job.Operation?.[kind.operation] === undefined) return kind.otherwise;
  if (job.RoleArn !== frame.roleArn) return `its role is ${job.RoleArn ?? "none"}`;
  if (job.Report?.Bucket !== frame.operationsBucketArn) {
    return `its report goes to ${job.Report?.Bucket ?? "nowhere"}`;
  }
  if ((job.Report.Prefix ?? "") !== withoutSlash(frame.reportPrefix)) {
    return `its report goes to the prefix ${job.Report.Prefix ?? "(none)"}`;
  }
  const generator = job.ManifestGenerator?.S3JobManifestGenerator;
  if (generator !== undefined) {
    return generator.SourceBucket === frame.sourceBucketArn
      ? undefined
      : `it is for ${generator.SourceBucket ?? "no bucket"}`;
  }
  const manifest = job.Manifest?.Location?.ObjectArn ?? "";
  return manifest.startsWith(`${frame.operationsBucketArn}/`)
    ? undefined
    : `its manifest is ${manifest === "" ? "nowhere" : manifest}`;
}
