import { callS3OnObject } from "./s3-call";
import type { JobOperation } from "./job-operation";
import { verifyObjectLock } from "./verify-object-lock";

/**
 * S3PutObjectRetention: sets, extends or, with neither mode nor date, takes away the retention of each object. What PutObjectRetention
 * refuses, a task fails of: a COMPLIANCE retention is only ever extended, and one of GOVERNANCE is shortened where the job asks to
 * bypass and its role has `s3:BypassGovernanceRetention`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-retention-date.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3SetObjectRetentionOperation.html
 */
export const putObjectRetention: JobOperation = {
  manifestFields: ["Bucket", "Key"],
  listedVersions: "current",
  needsOneBucket: true,
  activeJobsLimit: Infinity,
  check(members, { Operation: operation }) {
    const retention = operation?.S3PutObjectRetention?.Retention;
    const path = "operation.s3PutObjectRetention.retention";
    members.required(path, retention);
    members.oneOf(`${path}.mode`, retention?.Mode, ["COMPLIANCE", "GOVERNANCE"]);
  },
  conflicts({ Operation: operation }) {
    const { Mode: mode, RetainUntilDate: until } = operation?.S3PutObjectRetention?.Retention ?? {};
    if ((mode === undefined) === (until === undefined)) return [];
    return ["Mode and RetainUntilDate must both be specified in the Retention, or neither"];
  },
  verify: verifyObjectLock,
  run(slice, task) {
    const parameters = slice.job.request.Operation?.S3PutObjectRetention;
    return callS3OnObject(slice, task, "PutObjectRetention", {
      Retention: parameters?.Retention ?? {},
      BypassGovernanceRetention: parameters?.BypassGovernanceRetention,
    });
  },
};
