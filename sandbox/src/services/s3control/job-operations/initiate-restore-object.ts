import { callS3OnObject } from "./s3-call";
import type { JobOperation } from "./job-operation";

/** The job's names of the tiers, and RestoreObject's. There is no EXPEDITED in jobs. */
const TIERS: Readonly<Record<string, string>> = { STANDARD: "Standard", BULK: "Bulk" };

/**
 * S3InitiateRestoreObject: asks for a restored copy of each archived object. Succeeded means asked for: the copy is there when its
 * time has come, of which the job tells nothing.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-initiate-restore-object.html
 */
export const initiateRestoreObject: JobOperation = {
  manifestFields: ["Bucket", "Key"],
  listedVersions: "current",
  needsOneBucket: false,
  activeJobsLimit: Infinity,
  check(members, { Operation: operation }) {
    const restore = operation?.S3InitiateRestoreObject;
    const path = "operation.s3InitiateRestoreObject";
    members.range(`${path}.expirationInDays`, restore?.ExpirationInDays, 1, 2_147_483_647);
    members.oneOf(`${path}.glacierJobTier`, restore?.GlacierJobTier, Object.keys(TIERS));
  },
  run(slice, task) {
    const restore = slice.job.request.Operation?.S3InitiateRestoreObject;
    return callS3OnObject(slice, task, "RestoreObject", {
      RestoreRequest: {
        Days: restore?.ExpirationInDays,
        GlacierJobParameters: { Tier: TIERS[restore?.GlacierJobTier ?? "STANDARD"] },
      },
    });
  },
};
