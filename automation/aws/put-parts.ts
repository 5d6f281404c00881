/** Writes an object that is too large for one request: in parts from disk, each with its checksum. */
import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { awsFailure } from "../errors";
import { contentHeaders, type FileContent, type FileInput, giveContent } from "./put-file";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000;
const MIB_BYTES = 2 ** 20;

/** An upload is ended without the signal of whoever was stopped, and does not keep anybody waiting for long. */
const ABORT_TIMEOUT_MS = 30_000;
/** "It might be necessary to abort a given multipart upload multiple times". @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
const MOST_ABORTS = 3;

/** Where one part of a file is. */
export interface FilePart {
  readonly startBytes: number;
  readonly sizeBytes: number;
}

/**
 * Cuts a file into parts: of the size that is wished for, of more where that would make too many of them. Pure.
 * @param wishedBytes 5 MiB at the least, which S3 asks of each but the last
 */
export function partsOf(sizeBytes: number, wishedBytes: number): readonly FilePart[] {
  const leastBytes = Math.ceil(sizeBytes / MOST_PARTS / MIB_BYTES) * MIB_BYTES;
  const partBytes = Math.max(wishedBytes, leastBytes);
  return Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, index) => {
    const startBytes = index * partBytes;
    return { startBytes, sizeBytes: Math.min(partBytes, sizeBytes - startBytes) };
  });
}

/**
 * What S3 tells as `ChecksumSHA256` of an object of such parts: that of the parts' own, and their number.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html (composite checksums)
 */
export function compositeSha256(parts: readonly Pick<FileContent, "sha256">[]): string {
  const whole = createHash("sha256");
  for (const { sha256 } of parts) whole.update(sha256, "hex");
  return `${whole.digest("base64")}-${parts.length}`;
}

/** An object but for its content, as far as one in parts takes it. A lock is told when the upload begins, a condition when it ends. */
export type PartsInput = Pick<
  FileInput,
  "Bucket" | "Key" | "ContentType" | "IfNoneMatch" | "ObjectLockMode" | "ObjectLockRetainUntilDate"
>;

/** What is heard of an upload. */
export interface PartsSession {
  readonly signal: AbortSignal;
  /** Is told of an upload that could not be ended: parts of it may still be there, and cost. */
  readonly onLeft: (uploadId: string, cause: unknown) => void;
}

/**
 * Writes an object in parts, one after the other. Whatever comes in between ends the upload, so that none of its parts stays.
 * @throws what S3 answers, and where the signal was given
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function putParts(
  s3: S3Client,
  { IfNoneMatch, ...input }: PartsInput,
  parts: readonly FileContent[],
  { onLeft, signal }: PartsSession,
): Promise<CompleteMultipartUploadCommandOutput> {
  const send = { abortSignal: signal };
  const { Bucket, Key } = input;
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...input,
      ChecksumAlgorithm: "SHA256",
      ChecksumType: "COMPOSITE",
    }),
    send,
  );
  const upload = { Bucket, Key, UploadId };
  try {
    const Parts: CompletedPart[] = [];
    for (const [index, part] of parts.entries()) {
      const PartNumber = index + 1;
      const headers = contentHeaders(part);
      const command = new UploadPartCommand({ ...upload, PartNumber, ...headers });
      giveContent(command.middlewareStack, part);
      const { ETag } = await s3.send(command, send);
      Parts.push({ PartNumber, ETag, ChecksumSHA256: headers.ChecksumSHA256 });
    }
    const command = new CompleteMultipartUploadCommand({
      ...upload,
      ...(IfNoneMatch !== undefined && { IfNoneMatch }),
      ChecksumType: "COMPOSITE",
      MultipartUpload: { Parts },
    });
    return await s3.send(command, send);
  } catch (error) {
    await abort(s3, upload).catch((cause: unknown) => onLeft(UploadId ?? "", cause));
    throw error;
  }
}

/** Ends an upload, until S3 knows it no more: a part that was under way may come after the first time. */
async function abort(
  s3: S3Client,
  upload: ConstructorParameters<typeof AbortMultipartUploadCommand>[0],
): Promise<void> {
  const abortSignal = AbortSignal.timeout(ABORT_TIMEOUT_MS);
  try {
    for (let count = 0; count < MOST_ABORTS; count++) {
      await s3.send(new AbortMultipartUploadCommand(upload), { abortSignal });
    }
  } catch (error) {
    if (awsFailure(error)?.code !== "NoSuchUpload") throw error;
  }
}
