import type { CompleteMultipartUploadOutput } from "@aws-sdk/client-s3";
import type { ChecksumAlgorithm } from "../../../values/checksums";
import type { Principal } from "../../../authorization/model";
import { invalidArgument, noSuchUpload } from "../errors";
import type { S3Change } from "../store/changes";
import type { Bucket, ObjectEncryption } from "../store/model";
import type { VersionAttributes } from "../store/new-version";

/**
 * Multipart uploads in progress.
 *
 *     Create --> upload id --UploadPart, UploadPartCopy--> parts by number (a later one of a number replaces it)
 *                    |--Complete--> one version, made of the listed parts
 *                    `--Abort-----> nothing
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export interface MultipartUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedEpochMs: number;
  readonly sequence: number;
  readonly initiator: Principal;
  readonly attributes: VersionAttributes;
  readonly encryption: ObjectEncryption;
  /** As asked for when the upload was created; undefined leaves the choice to S3. */
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: "FULL_OBJECT" | "COMPOSITE";
  readonly parts: Map<number, UploadedPart>;
  /** The key was written to, or its newest version deleted, since the upload was created. */
  isOvertaken: boolean;
}

export interface UploadedPart {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
  readonly body: Buffer;
  readonly lastModifiedEpochMs: number;
  readonly checksums: Readonly<Record<string, string>>;
}

const MAXIMUM_PART_NUMBER = 10_000;
const UPLOAD_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
const UPLOAD_ID_LENGTH = 128;

/** A fresh upload id. */
export function newUploadId(random: { string(length: number, alphabet: string): string }): string {
  return random.string(UPLOAD_ID_LENGTH, UPLOAD_ID_ALPHABET);
}

/** Whether an upload could ever have had the id. */
export function isUploadId(text: string): boolean {
  return text.length === UPLOAD_ID_LENGTH && /^[A-Za-z0-9._]+$/.test(text);
}

/** The bucket's uploads, by id. */
export function uploadsOf(bucket: Bucket): Map<string, MultipartUpload> {
  // The model leaves the type of an upload to this file, the only one that writes the map.
  return bucket.uploads as Map<string, MultipartUpload>;
}

/** The uploads in progress of a key, so that a write looks at them alone. */
const uploadsByKey = new WeakMap<Bucket, Map<string, Set<MultipartUpload>>>();

/** Keeps a new upload. */
export function beginUpload(bucket: Bucket, upload: MultipartUpload): void {
  uploadsOf(bucket).set(upload.uploadId, upload);
  const byKey = uploadsByKey.get(bucket) ?? new Map<string, Set<MultipartUpload>>();
  uploadsByKey.set(bucket, byKey);
  byKey.set(upload.key, (byKey.get(upload.key) ?? new Set()).add(upload));
}

/** The upload is completed or aborted. */
export function endUpload(bucket: Bucket, upload: MultipartUpload): void {
  uploadsOf(bucket).delete(upload.uploadId);
  const byKey = uploadsByKey.get(bucket);
  const ofKey = byKey?.get(upload.key);
  ofKey?.delete(upload);
  if (ofKey?.size === 0) byKey?.delete(upload.key);
}

/**
 * Notes a write or a delete in the uploads of its key, whose conditions cannot hold any more. The removal of an older
 * version takes nothing from the current one, so it does not count (inferred).
 */
export function overtakeUploads(change: S3Change): void {
  if (change.kind !== "created" && change.kind !== "delete-marker" && change.kind !== "removed") {
    return;
  }
  const { bucket, version } = change;
  const uploads = uploadsByKey.get(bucket)?.get(version.key);
  if (uploads === undefined) return;
  const current = bucket.objects.current(version.key);
  if (change.kind === "removed" && (current?.sequence ?? 0) > version.sequence) return;
  for (const upload of uploads) upload.isOvertaken = true;
}

/** What completing an upload answered. */
interface CompletedUpload {
  readonly key: string;
  readonly answer: CompleteMultipartUploadOutput;
}

/** How many completed uploads of a bucket are remembered; AWS does not say how long it does (assumed). */
const MAXIMUM_COMPLETED_COUNT = 1000;

const completedByBucket = new WeakMap<Bucket, Map<string, CompletedUpload>>();

/** Remembers the answer: who lost it may ask again, and S3 answers alike. */
export function rememberCompleted(
  bucket: Bucket,
  upload: MultipartUpload,
  answer: CompleteMultipartUploadOutput,
): void {
  const completed = completedByBucket.get(bucket) ?? new Map<string, CompletedUpload>();
  completedByBucket.set(bucket, completed);
  completed.set(upload.uploadId, { key: upload.key, answer });
  const [oldest] = completed.keys();
  if (completed.size > MAXIMUM_COMPLETED_COUNT && oldest !== undefined) completed.delete(oldest);
}

/** The answer that completing the upload got, or undefined when it was not completed. */
export function completedAnswer(
  bucket: Bucket,
  key: string,
  uploadId: string | undefined,
): CompleteMultipartUploadOutput | undefined {
  const completed = completedByBucket.get(bucket)?.get(uploadId ?? "");
  return completed?.key === key ? completed.answer : undefined;
}

/** @throws AwsError NoSuchUpload */
export function uploadOf(
  bucket: Bucket,
  key: string,
  uploadId: string | undefined,
): MultipartUpload {
  const upload = uploadsOf(bucket).get(uploadId ?? "");
  if (upload === undefined || upload.key !== key) throw noSuchUpload(uploadId ?? "");
  return upload;
}

/** @throws AwsError InvalidArgument */
export function checkedPartNumber(partNumber: number | undefined): number {
  if (
    partNumber !== undefined &&
    Number.isInteger(partNumber) &&
    partNumber >= 1 &&
    partNumber <= MAXIMUM_PART_NUMBER
  ) {
    return partNumber;
  }
  throw invalidArgument(
    "partNumber",
    partNumber,
    "Part number must be an integer between 1 and 10000, inclusive",
  );
}
