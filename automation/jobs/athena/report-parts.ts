/**
 * The parts of reports, as they lie in the source's account: found by what their manifests name, held against the MD5 that those tell, and
 * looked at again once Athena has read them. They lie where whoever has the source may write.
 */

import type { S3Client } from "@aws-sdk/client-s3";
import { isPlainLocation } from "../../analysis/athena/table";
import { sendHead } from "../../aws/head-object";
import { checkMd5, MissingFile, store, unreadable } from "../../backfill/download";
import { readReportManifest } from "../../backfill/report";
import { forEachConcurrently } from "../../concurrency";
import { awsFailure, isLockstepError } from "../../errors";
import { ARCHIVED_CLASSES } from "../../judge/archived";
import type { ReportedJob } from "../told-report";

const PARTS_AT_ONCE = 4;

/** A part with anything in it. */
export interface FoundPart {
  readonly key: string;
  readonly md5: string;
  readonly sizeBytes: number;
  /** As S3 tells it, in its quotes. */
  readonly etag: string;
  /** Of another version, or one that was put there later, it is another text. */
  readonly state: string;
  /** S3 itself tells that it is the one of the manifest. */
  readonly tellsMd5: boolean;
}

/** A job whose report has anything in it. */
export interface AskedJob extends ReportedJob {
  readonly parts: readonly FoundPart[];
}

/** Where reports lie. */
export interface ReportsPlace {
  readonly s3: S3Client;
  /** The operations bucket. */
  readonly bucket: string;
  /** Without a slash at its end. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  /** Is told AWS's time, as answers have it. */
  readonly onDate: (epochMs: number) => void;
}

/**
 * Finds the parts of a job's report.
 * @throws LockstepError `ReportUnreadable`
 */
export async function findParts(jobId: string, place: ReportsPlace): Promise<readonly FoundPart[]> {
  const { bucket, s3, signal } = place;
  const { parts } = await readReportManifest(s3, { ...place, jobId });
  const found: (FoundPart | undefined)[] = [];
  await forEachConcurrently(
    parts.entries(),
    { limit: PARTS_AT_ONCE, signal },
    async ([index, { key, md5 }]) => {
      // Athena would take another file for it, or the rest for another one.
      if (!isPlainLocation(`s3://${bucket}/${key}/`)) {
        throw unreadable(`${key} in ${bucket} has a name that Athena is not told of`);
      }
      found[index] = await headPart(key, md5, place);
    },
  );
  return found.flatMap((part) => part ?? []);
}

/**
 * A report is under no key of KMS, so that the ETag of what was written at once is its MD5.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 * @returns undefined for an empty one
 */
async function headPart(
  key: string,
  md5: string,
  { bucket, onDate, s3, signal }: ReportsPlace,
): Promise<FoundPart | undefined> {
  const { answeredEpochMs, output } = await sendHead(s3, { bucket, key }, signal).catch(
    (error: unknown) => {
      if (awsFailure(error)?.httpStatus !== 404) throw error;
      const message = `There is no ${key} in ${bucket}, though the report's manifest names it.`;
      throw new MissingFile(key, message, error);
    },
  );
  if (answeredEpochMs !== undefined) onDate(answeredEpochMs);
  const { ETag: etag = "", LastModified, StorageClass = "", VersionId } = output;
  // Athena would leave it out without a word: https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html
  if (ARCHIVED_CLASSES.has(StorageClass)) {
    throw unreadable(`${key} in ${bucket} is archived (${StorageClass})`);
  }
  const { ContentLength: sizeBytes = 0 } = output;
  if (sizeBytes === 0) {
    checkMd5(key, MD5_OF_NOTHING, md5);
    return undefined;
  }
  const state = JSON.stringify([etag, VersionId, LastModified?.getTime(), sizeBytes]);
  const tellsMd5 = etag === `"${md5.trim().toLowerCase()}"`;
  return { key, md5, sizeBytes, etag, state, tellsMd5 };
}

const MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

/**
 * Reads what S3 does not tell the right MD5 of, as of what was written in parts, and keeps nothing of it.
 * @throws LockstepError `ReportUnreadable` for a part that is another than its manifest says
 */
export async function checkPart(
  { etag, key, md5, sizeBytes, tellsMd5 }: FoundPart,
  { bucket, s3, signal }: ReportsPlace,
): Promise<void> {
  if (tellsMd5) return;
  const file = await store(s3, bucket, key, signal, sizeBytes);
  checkMd5(key, file.md5, md5);
  if (file.etag !== etag) throw unreadable(`${key} was changed while it was read`);
}

/** A part that is not what it was when it was found; undefined where each still is. */
export async function touchedPart(
  parts: readonly FoundPart[],
  place: ReportsPlace,
): Promise<string | undefined> {
  const touched: string[] = [];
  await forEachConcurrently(
    parts,
    { limit: PARTS_AT_ONCE, signal: place.signal },
    async ({ key, md5, state }) => {
      const now = await headPart(key, md5, place).catch((error: unknown) => {
        if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
        return undefined;
      });
      if (now?.state !== state) touched.push(key);
    },
  );
  return touched.sort()[0];
}
