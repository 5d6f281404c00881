/**
 * A manifest of our own: a row for each version that is missing, and no other. S3 reads it in the form
 * `S3BatchOperations_CSV_20180820`: no header, UTF-8, keys URL-encoded, a version id in every row.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html#specify-batchjob-manifest
 */
import { createHash } from "node:crypto";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { putFile } from "../aws/put-file";
import { awsFailure } from "../errors";
import { SpillFile } from "../spill/spill-file";
import { MAX_FILE_BYTES } from "./download";
import type { OwnManifest } from "./intent";

/** Columns of each row, as CreateJob names them. */
export const OWN_MANIFEST_FIELDS = ["Bucket", "Key", "VersionId"] as const;

/**
 * The rows, in the order of the versions, up to a size: what is left over is for a job to come. The null version has the word
 * `null`: an empty id fails its task.
 * @returns the rows where they are put aside, and their hash in hexadecimal
 */
export function manifestRows(
  bucket: string,
  versions: Iterable<{ readonly key: string; readonly versionId: string }>,
  maxBytes = MAX_FILE_BYTES,
): { readonly content: SpillFile; readonly sha256: string; readonly versionsCount: number } {
  const sha256 = createHash("sha256");
  const rows = new SpillFile();
  let versionsCount = 0;
  for (const { key, versionId } of versions) {
    const row = rowOf(bucket, { key, versionId });
    if (rows.sizeBytes + row.length > maxBytes) break;
    rows.append(row);
    sha256.update(row);
    versionsCount++;
  }
  return { content: rows, sha256: sha256.digest("hex"), versionsCount };
}

function rowOf(
  bucket: string,
  { key, versionId }: { readonly key: string; readonly versionId: string },
): Buffer {
  return Buffer.from(`${bucket},${encodeKey(key)},${versionId}\n`, "utf8");
}

/** How many manifests versions take, one after the other, before any is written. */
export class ManifestsCount {
  #count = 0;
  #sizeBytes = 0;

  constructor(
    private readonly bucket: string,
    private readonly maxBytes = MAX_FILE_BYTES,
  ) {}

  get count(): number {
    return this.#count;
  }

  add(version: { readonly key: string; readonly versionId: string }): void {
    const { length } = rowOf(this.bucket, version);
    const isNew = this.#count === 0 || this.#sizeBytes + length > this.maxBytes;
    this.#count += isNew ? 1 : 0;
    this.#sizeBytes = length + (isNew ? 0 : this.#sizeBytes);
  }
}

/** URL-encodes a key once. A slash may stay; no comma, quote, line break or blank is left that CSV would have to quote. */
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/");
}

/** Key of a manifest: its name is its content, so that two desks that lack the same versions write the same object. */
export function ownManifestKey(manifestPrefix: string, sha256: string): string {
  return `${manifestPrefix === "" ? "" : `${manifestPrefix}/`}own/${sha256}.csv`;
}

/** Writes the manifest for some versions into the operations bucket. */
export async function writeOwnManifest(
  s3: S3Client,
  place: {
    readonly bucket: string;
    readonly manifestPrefix: string;
    readonly sourceBucket: string;
  },
  versions: Iterable<{ readonly key: string; readonly versionId: string }>,
  signal?: AbortSignal,
): Promise<OwnManifest> {
  const { content, sha256, versionsCount } = manifestRows(place.sourceBucket, versions);
  const key = ownManifestKey(place.manifestPrefix, sha256);
  const { ETag = "" } = await putFile(
    s3,
    {
      Bucket: place.bucket,
      Key: key,
      ContentType: "text/csv",
      // S3 Batch Operations reads no manifest of ours under KMS, whatever the bucket's default is.
      ServerSideEncryption: "AES256",
    },
    { bytes: content, sha256 },
    signal,
  );
  return { key, etag: unquoted(ETag), versionsCount, sha256 };
}

/** True when the manifest still lies there as it was written. */
export async function isUnchanged(
  s3: S3Client,
  bucket: string,
  manifest: OwnManifest,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    // Not HEAD, whose answer has no words: that the caller's keys have expired would not be seen in it.
    const { Body, ETag = "" } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: manifest.key, Range: "bytes=0-0" }),
      { abortSignal: signal },
    );
    await Body?.transformToByteArray();
    return unquoted(ETag) === manifest.etag;
  } catch (error) {
    if (awsFailure(error)?.httpStatus === 404) return false;
    throw error;
  }
}

/** An ETag without its quotes, which CreateJob does not take. */
export function unquoted(etag: string): string {
  return etag.replaceAll('"', "");
}
