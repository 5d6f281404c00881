import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { sendHead } from "../aws/head-object";
import { OwnBucketsClient } from "../aws/own-buckets-client";
import { awsFailure, failureText, isLockstepError, rightOf } from "../errors";

/** Checksums that S3 may know of a version, by SDK member name. */
const CHECKSUM_MEMBERS = [
  "ChecksumCRC32",
  "ChecksumCRC32C",
  "ChecksumCRC64NVME",
  "ChecksumMD5",
  "ChecksumSHA1",
  "ChecksumSHA256",
  "ChecksumSHA512",
  "ChecksumXXHASH128",
  "ChecksumXXHASH3",
  "ChecksumXXHASH64",
] as const;

/** What a HEAD of one version says, at the source or at a vault. */
export interface VersionHead {
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string>>;
  /** Absent: never eligible or never tried. */
  readonly replicationStatus: string | undefined;
  readonly encryption: string | undefined;
  /** ARN of the KMS key. */
  readonly kmsKeyArn?: string;
  readonly storageClass?: string;
  /** A copy of an archived version lies beside it and can be read. */
  readonly isRestored?: boolean;
  /** In an archive tier of Intelligent-Tiering. */
  readonly isInArchiveTier?: boolean;
  /** Absent without tags, and without the right to see them. */
  readonly tagCount?: number;
  readonly lockMode: string | undefined;
  readonly retainUntilEpochMs: number | undefined;
  readonly isOnLegalHold: boolean;
  readonly isOnEventHold?: boolean;
  readonly lastModifiedEpochMs: number;
  /** The `Date` of the answer: AWS's own time. Absent when something on the way took it out. */
  readonly answeredEpochMs?: number;
  /** S3's id of the request. Absent when the answer has none. */
  readonly requestId?: string;
}

/**
 * Why a version could not be read.
 * - `missing`: S3 does not have it
 * - `delete-marker`: a delete marker has its version id
 * - `sse-c`: under a key that only the customer has
 * - `no-right`: we may not look
 * - `error`: anything else that S3 answered, after all retries
 */
export interface Unreadable {
  readonly unreadable: "missing" | "delete-marker" | "sse-c" | "no-right" | "error";
  readonly cause: string;
  /** With `no-right`: what a HEAD tells that does not ask for checksums. Absent where that is refused as well. */
  readonly withoutChecksums?: VersionHead;
}

export function isUnreadable(found: object): found is Unreadable {
  return "unreadable" in found;
}

interface VersionAddress {
  readonly key: string;
  readonly versionId: string;
}

/** Reads a version's HEAD. */
export async function headVersion(
  s3: S3Client,
  bucket: string,
  version: VersionAddress,
  signal?: AbortSignal,
): Promise<VersionHead> {
  const found = await askForHead(s3, bucket, version, signal);
  if ("badRequest" in found) throw found.badRequest;
  return found;
}

/** Until when a version is locked; 0 for one that is not. Needs no right on its key, which checksums do. Milliseconds. */
export async function lockedUntilEpochMs(
  s3: S3Client,
  bucket: string,
  version: VersionAddress,
  signal?: AbortSignal,
): Promise<number> {
  const { retainUntilEpochMs } = await headWithoutChecksums(s3, bucket, version, signal);
  return retainUntilEpochMs ?? 0;
}

/**
 * Whoever asks for checksums of a version under KMS needs `kms:Decrypt`, which a key of somebody else's refuses. Under which key
 * a version is, and how it is locked, is told without.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
async function headWithoutChecksums(
  s3: S3Client,
  bucket: string,
  { key, versionId }: VersionAddress,
  signal: AbortSignal | undefined,
): Promise<VersionHead> {
  const command = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
  return versionHead(await s3.send(command, { abortSignal: signal }));
}

/** Reads a version's HEAD; what S3 answers in place of one is a finding about this version, and no error of the run. */
export async function findVersion(
  s3: S3Client,
  bucket: string,
  version: VersionAddress,
  signal?: AbortSignal,
): Promise<VersionHead | Unreadable> {
  try {
    const found = await askForHead(s3, bucket, version, signal);
    return "badRequest" in found ? explainBadRequest(found) : found;
  } catch (error) {
    const refused = unreadable(error);
    if (refused.unreadable !== "no-right") return refused;
    try {
      const withoutChecksums = await headWithoutChecksums(s3, bucket, version, signal);
      return { ...refused, withoutChecksums };
    } catch (again) {
      // What is no answer of S3 is told as it is, and a stop stops; an answer says no more than the one before.
      unreadable(again);
      return refused;
    }
  }
}

/** A HEAD that was answered 400, without a word why. */
interface BadRequest {
  readonly badRequest: unknown;
  /** What a GET of the same version was answered; undefined where nothing was wrong with it. */
  readonly reason: unknown;
}

/**
 * The answer to a HEAD has no body, and a 400 has many reasons. That to a GET says which; where it has none against the GET, as
 * after credentials that had expired were had anew for it, the HEAD is asked for once more.
 */
async function askForHead(
  s3: S3Client,
  bucket: string,
  version: VersionAddress,
  signal: AbortSignal | undefined,
): Promise<VersionHead | BadRequest> {
  const ask = () => sendForHead(s3, bucket, version, signal);
  const badRequest = (error: unknown): unknown => {
    if (awsFailure(error)?.httpStatus !== 400) throw error;
    return error;
  };
  const first = await ask().catch((error: unknown) => ({ badRequest: badRequest(error) }));
  if (!("badRequest" in first)) return first;
  const reason = await refusalOfGet(s3, bucket, version, signal);
  if (reason !== undefined) return { ...first, reason };
  return ask().catch((error: unknown) => ({ badRequest: badRequest(error), reason: undefined }));
}

async function sendForHead(
  s3: S3Client,
  bucket: string,
  version: VersionAddress,
  signal: AbortSignal | undefined,
): Promise<VersionHead> {
  const target = { bucket, key: version.key, versionId: version.versionId };
  const { output, answeredEpochMs } = await (s3 instanceof OwnBucketsClient
    ? s3.headObject(target, signal)
    : sendHead(s3, target, signal));
  const { requestId } = output.$metadata;
  return {
    ...versionHead(output),
    ...(answeredEpochMs === undefined ? {} : { answeredEpochMs }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/**
 * What an error of S3 says about one version.
 * @throws the error itself when the run was stopped, and when it is none of S3's
 */
export function unreadable(error: unknown): Unreadable {
  if (isLockstepError(error) || (error instanceof Error && error.name === "AbortError"))
    throw error;
  const failure = awsFailure(error);
  // No answer at all is nothing of the version: whoever cuts the line makes no finding.
  if (failure?.httpStatus === undefined) throw error;
  switch (failure.httpStatus) {
    case 403:
      return { unreadable: "no-right", cause: `HTTP 403: ${notAllowed(rightOf(failure))}` };
    case 404:
      return { unreadable: "missing", cause: "HTTP 404: not there" };
    case 405:
      return { unreadable: "delete-marker", cause: "HTTP 405: a delete marker" };
    default:
      return { unreadable: "error", cause: failureText(failure) };
  }
}

function notAllowed(right: string | undefined): string {
  return right === undefined ? "not allowed to look" : `not allowed to look, needs ${right}`;
}

/**
 * A version under SSE-C answers `InvalidRequest` to whoever has not its key.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
function explainBadRequest({ reason }: BadRequest): Unreadable {
  if (reason === undefined) {
    return { unreadable: "error", cause: "HTTP 400 for its HEAD, and none for its content" };
  }
  if (awsFailure(reason)?.code !== "InvalidRequest") return unreadable(reason);
  return { unreadable: "sse-c", cause: "under a customer's key (SSE-C), which we do not have" };
}

async function refusalOfGet(
  s3: S3Client,
  bucket: string,
  version: VersionAddress,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: version.key,
        VersionId: version.versionId,
        Range: "bytes=0-0",
      }),
      { abortSignal: signal },
    );
    await Body?.transformToByteArray();
    return undefined;
  } catch (error) {
    // What is no answer of S3 is told as it is, and a stop stops.
    if (awsFailure(error)?.httpStatus === undefined) throw error;
    return error;
  }
}

function versionHead(output: HeadObjectCommandOutput): VersionHead {
  const checksums: Record<string, string> = {};
  for (const member of CHECKSUM_MEMBERS) {
    const value = output[member];
    if (value !== undefined) checksums[member] = value;
  }
  return {
    versionId: output.VersionId ?? "null",
    sizeBytes: output.ContentLength ?? 0,
    etag: output.ETag ?? "",
    checksums,
    replicationStatus: output.ReplicationStatus,
    encryption: output.SSECustomerAlgorithm === undefined ? output.ServerSideEncryption : "SSE-C",
    ...(output.SSEKMSKeyId === undefined ? {} : { kmsKeyArn: output.SSEKMSKeyId }),
    storageClass: output.StorageClass ?? "STANDARD",
    isRestored: output.Restore?.includes('ongoing-request="false"') === true,
    isInArchiveTier: output.ArchiveStatus !== undefined,
    ...(output.TagCount === undefined ? {} : { tagCount: output.TagCount }),
    lockMode: output.ObjectLockMode,
    retainUntilEpochMs: output.ObjectLockRetainUntilDate?.getTime(),
    isOnLegalHold: output.ObjectLockLegalHoldStatus === "ON",
    isOnEventHold: output.ObjectLockEventHold === "ON",
    lastModifiedEpochMs: output.LastModified?.getTime() ?? 0,
  };
}
