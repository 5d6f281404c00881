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
import { MAX_FILE_BYTES, MAX_TOTAL_BYTES } from "./download";
import type { OwnManifest } from "./intent";

/** Columns of each row, as CreateJob names them. */
export const OWN_MANIFEST_FIELDS = ["Bucket", "Key", "VersionId"] as const;

/** How large a manifest of ours may be: it is read again, and so is the report of its job, which has a longer row for each of its rows. */
export const OWN_MANIFEST_LIMITS: ManifestLimits = {
  manifestBytes: MAX_FILE_BYTES,
  reportBytes: MAX_TOTAL_BYTES,
};

/** In bytes. */
export interface ManifestLimits {
  readonly manifestBytes: number;
  /** Of the report of its job, as far as that can be said before. */
  readonly reportBytes: number;
}

/**
 * What a row of a report has beyond bucket, key and version: how the task ended and AWS's words for it, of which the longest that its pages show
 * have some two hundred characters, and quotes. That none is longer no page says: a report that is larger is refused by its size.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
export const REPORT_ROW_BYTES = 512;

/** Of a key that AWS writes with each of its bytes as `%XX`: which it leaves as they are no page says. */
const ENCODED_BYTES = 3;

/** What is left of a manifest's limits. */
class ManifestRoom {
  #manifestBytes: number;
  #reportBytes: number;

  constructor({ manifestBytes, reportBytes }: ManifestLimits) {
    this.#manifestBytes = manifestBytes;
    this.#reportBytes = reportBytes;
  }

  /** @returns whether there was room for a row */
  take(bucket: string, { key, versionId }: VersionRow, rowBytes: number): boolean {
    const keyBytes = ENCODED_BYTES * Buffer.byteLength(key);
    const reportBytes = bucket.length + keyBytes + versionId.length + REPORT_ROW_BYTES;
    if (rowBytes > this.#manifestBytes || reportBytes > this.#reportBytes) return false;
    this.#manifestBytes -= rowBytes;
    this.#reportBytes -= reportBytes;
    return true;
  }
}

/** A version that a row names. */
interface VersionRow {
  readonly key: string;
  readonly versionId: string;
}

/**
 * The rows, in the order of the versions, up to a size: what is left over is for a job to come. The null version has the word
 * `null`: an empty id fails its task.
 * @returns the rows where they are put aside, and their hash in hexadecimal
 */
export function manifestRows(
  bucket: string,
  versions: Iterable<VersionRow>,
  limits = OWN_MANIFEST_LIMITS,
): { readonly content: SpillFile; readonly sha256: string; readonly versionsCount: number } {
  const sha256 = createHash("sha256");
  const rows = new SpillFile();
  const room = new ManifestRoom(limits);
  let versionsCount = 0;
  for (const version of versions) {
    const row = rowOf(bucket, version);
    if (!room.take(bucket, version, row.length)) break;
    rows.append(row);
    sha256.update(row);
    versionsCount++;
  }
  return { content: rows, sha256: sha256.digest("hex"), versionsCount };
}

function rowOf(bucket: string, { key, versionId }: VersionRow): Buffer {
  return Buffer.from(`${bucket},${encodeKey(key)},${versionId}\n`, "utf8");
}

/** How many manifests versions take, one after the other, before any is written. */
export class ManifestsCount {
  #count = 0;
  #room: ManifestRoom | undefined;

  constructor(
    private readonly bucket: string,
    private readonly limits = OWN_MANIFEST_LIMITS,
  ) {}

  get count(): number {
    return this.#count;
  }

  add(version: VersionRow): void {
    const { length } = rowOf(this.bucket, version);
    if (this.#room?.take(this.bucket, version, length) === true) return;
    this.#room = new ManifestRoom(this.limits);
    this.#room.take(this.bucket, version, length);
    this.#count++;
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
