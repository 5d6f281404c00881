import { callS3OnObject } from "./s3-call";
import type { JobOperation } from "./job-operation";
import { verifyObjectLock } from "./verify-object-lock";

/**
 * S3PutObjectLegalHold: puts a legal hold on each object, or takes it off.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-legal-hold.html
 */
export const putObjectLegalHold: JobOperation = {
  manifestFields: ["Bucket", "Key"],
  listedVersions: "current",
  needsOneBucket: true,
  activeJobsLimit: Infinity,
  check(members, { Operation: operation }) {
    const hold = operation?.S3PutObjectLegalHold?.LegalHold;
    const path = "operation.s3PutObjectLegalHold.legalHold";
    members.required(path, hold);
    if (hold !== undefined) members.required(`${path}.status`, hold.Status);
    members.oneOf(`${path}.status`, hold?.Status, ["OFF", "ON"]);
  },
  verify: verifyObjectLock,
  run: (slice, task) =>
    callS3OnObject(slice, task, "PutObjectLegalHold", {
      LegalHold: slice.job.request.Operation?.S3PutObjectLegalHold?.LegalHold,
    }),
};
