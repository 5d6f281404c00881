import type { ComputeObjectChecksumType, CreateJobRequest } from "@aws-sdk/client-s3-control";
import { checksum, CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from "../../../values/checksums";
import { isAwsError } from "../../../world/aws-error";
import type { ServiceSession } from "../../s3/access/service-session";
import { compositeChecksum } from "../../s3/object/object-checksums";
import { decryptForRead } from "../../s3/object/object-encryption";
import type { Bucket, ObjectVersion } from "../../s3/store/model";
import type { Task } from "../task";
import type { TaskOutcome } from "../task-report";
import type { JobOperation, TaskSlice } from "./job-operation";

/** The one that S3 uses for new objects; that it is this operation's as well is assumed. */
const DEFAULT_ALGORITHM = "CRC64NVME";

/**
 * S3ComputeObjectChecksum: computes a checksum of each object as it is stored, archived ones too, and writes it in the report. Nothing
 * is stored with the object. The role needs what reading it needs (assumed: AWS's page does not say).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-compute-checksums.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-at-rest.html
 */
export const computeObjectChecksum: JobOperation = {
  manifestFields: ["Bucket", "Key"],
  listedVersions: "current",
  needsOneBucket: false,
  activeJobsLimit: Infinity,
  check(members, { Operation: operation }) {
    const asked = operation?.S3ComputeObjectChecksum;
    const path = "operation.s3ComputeObjectChecksum";
    members.oneOf(`${path}.checksumAlgorithm`, asked?.ChecksumAlgorithm, CHECKSUM_ALGORITHMS);
    members.oneOf(`${path}.checksumType`, asked?.ChecksumType, ["COMPOSITE", "FULL_OBJECT"]);
  },
  conflicts(request) {
    const { algorithm, type } = wantedOf(request);
    const problems: string[] = [];
    // Checksums of parts do not make one of the whole by that algorithm.
    if (type === "COMPOSITE" && algorithm === "CRC64NVME") {
      problems.push(`The checksum type COMPOSITE is not supported for ${algorithm}`);
    }
    if (request.Report?.Enabled === true && request.Report.ExpectedBucketOwner === undefined) {
      problems.push("ExpectedBucketOwner must be specified in the Report of a checksum job");
    }
    return problems;
  },
  run(slice, task) {
    const found = read(slice, task);
    if ("problem" in found) return failed(slice, found);
    const { algorithm, type } = wantedOf(slice.job.request);
    return { status: "succeeded", message: resultMessage(found, algorithm, type) };
  },
};

interface Wanted {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ComputeObjectChecksumType;
}

function wantedOf({ Operation: operation }: CreateJobRequest): Wanted {
  const asked = operation?.S3ComputeObjectChecksum;
  const algorithm = asked?.ChecksumAlgorithm ?? DEFAULT_ALGORITHM;
  return { algorithm, type: asked?.ChecksumType ?? "FULL_OBJECT" };
}

/** Why a task fails; the first two texts are AWS's, the others assumed. */
const PROBLEMS = {
  customerKey: { problem: "SSE-C encryption type is not supported for this operation", code: 400 },
  notFound: { problem: "Key not found", code: 404 },
  forbidden: { problem: "Access Denied", code: 403 },
  deleteMarker: { problem: "The specified method is not allowed against this resource", code: 405 },
  elsewhere: { problem: "The bucket is not in the Region of the job", code: 301 },
} as const;

type Problem = (typeof PROBLEMS)[keyof typeof PROBLEMS];

function read(slice: TaskSlice, { bucketName, key, versionId }: Task): ObjectVersion | Problem {
  const bucket = slice.world.s3.findBucket(bucketName);
  if (bucket === undefined) return PROBLEMS.notFound;
  if (bucket.region !== slice.job.region) return PROBLEMS.elsewhere;
  const session = slice.jobSessions.session(slice.job.request.RoleArn ?? "");
  const action = versionId === "" ? "s3:GetObject" : "s3:GetObjectVersion";
  if (session?.allows({ action, bucket, key }) !== true) return PROBLEMS.forbidden;
  const { objects } = bucket;
  const version = versionId === "" ? objects.current(key) : objects.version(key, versionId);
  if (version === undefined) return PROBLEMS.notFound;
  if (version.isDeleteMarker) {
    return versionId === "" ? PROBLEMS.notFound : PROBLEMS.deleteMarker;
  }
  if (version.encryption.algorithm === "SSE-C") return PROBLEMS.customerKey;
  return mayDecrypt(session, bucket, version) ? version : PROBLEMS.forbidden;
}

function mayDecrypt(
  { world, principal }: ServiceSession,
  bucket: Bucket,
  version: ObjectVersion,
): boolean {
  try {
    decryptForRead({ world, principal, globalConditionKeys: {} }, bucket, version, {});
    return true;
  } catch (error) {
    if (isAwsError(error)) return false;
    throw error;
  }
}

/** In the words of AWS's example row: the status stands among the details, the row itself says 200. */
function failed({ world }: TaskSlice, { problem, code }: Problem): TaskOutcome {
  const failureMessage = JSON.stringify(`Task ${world.random.uuid()} ${problem}`);
  return {
    status: "failed",
    httpStatus: 200,
    errorCode: "PermanentFailure",
    message: `error details: {"failureMessage":${failureMessage}, "errorCode": "${code}"}`,
  };
}

/**
 * As in AWS's example row: members in this order, hexadecimal in capitals, and `=` as AWS's writer of JSON escapes it. How it writes
 * a composite checksum is assumed: with the number of parts behind, as S3 shows it elsewhere.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
function resultMessage(
  version: ObjectVersion,
  algorithm: ChecksumAlgorithm,
  type: ComputeObjectChecksumType,
): string {
  const value =
    type === "COMPOSITE"
      ? compositeChecksum(algorithm, checksumsOfParts(version, algorithm))
      : checksum(algorithm, version.body);
  const [base64 = "", partsCount] = value.split("-");
  const hex = Buffer.from(base64, "base64").toString("hex").toUpperCase();
  const message = JSON.stringify({
    checksum_base64: value,
    etag: version.etag,
    checksumAlgorithm: algorithm,
    checksumType: type,
    checksum_hex: partsCount === undefined ? hex : `${hex}-${partsCount}`,
  });
  return message.replaceAll("=", "\\u003d");
}

/** Of the parts that it was uploaded in; an object that was put in one piece is one part. */
function checksumsOfParts(version: ObjectVersion, algorithm: ChecksumAlgorithm): string[] {
  const sizes = version.parts?.map(({ sizeBytes }) => sizeBytes) ?? [version.sizeBytes];
  let start = 0;
  return sizes.map((sizeBytes) => {
    const part = version.body.subarray(start, start + sizeBytes);
    start += sizeBytes;
    return checksum(algorithm, part);
  });
}
