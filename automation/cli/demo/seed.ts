import { readFile } from "node:fs/promises";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import { forEachConcurrently } from "../../concurrency";
import { LockstepError } from "../../errors";
import type { Session } from "../../events";
import type { SourceFile } from "./source-files";

/** One in so many files is written twice, deleted, or tagged. Prime, so that the kinds overlap in every way. */
const EVERY = { overwritten: 37, deleted: 53, tagged: 41 } as const;
const PUTS_AT_ONCE = 16;
const PROGRESS_EVERY = 100;

export interface SeedOptions extends Session {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly region: string;
  readonly files: readonly SourceFile[];
}

/**
 * Makes a source bucket as it might have been in use for years: versioning on, objects overwritten, deleted and tagged,
 * and no replication yet.
 * @throws LockstepError `ConfigInvalid` when there is no file to put into it
 */
export async function seedSourceBucket(options: SeedOptions): Promise<void> {
  const { bucket, files, s3, signal } = options;
  if (files.length === 0) {
    throw new LockstepError("ConfigInvalid", "There is no file to put into the source bucket.", {
      hint: "Name a folder with files in it with --data.",
    });
  }
  const send = { abortSignal: signal };
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: {
        LocationConstraint: options.region as BucketLocationConstraint,
      },
    }),
    send,
  );
  await s3.send(
    new PutBucketVersioningCommand({
      Bucket: bucket,
      VersioningConfiguration: { Status: "Enabled" },
    }),
    send,
  );
  const total = { versions: 0, deleteMarkers: 0, tagged: 0, bytes: 0 };
  let doneCount = 0;
  await forEachConcurrently(
    files.entries(),
    { limit: PUTS_AT_ONCE, signal },
    async ([index, file]) => {
      const target = { Bucket: bucket, Key: file.key };
      const put = async (body: Buffer): Promise<void> => {
        await s3.send(new PutObjectCommand({ ...target, Body: body }), send);
        total.versions++;
        total.bytes += body.length;
      };
      const body = await readFile(file.path);
      await put(body);
      if (isNth(index, EVERY.overwritten)) {
        await put(Buffer.concat([body, Buffer.from("\n(second version)\n")]));
      }
      if (isNth(index, EVERY.tagged)) {
        const tagging = { TagSet: [{ Key: "keep", Value: "yes" }] };
        await s3.send(new PutObjectTaggingCommand({ ...target, Tagging: tagging }), send);
        total.tagged++;
      }
      if (isNth(index, EVERY.deleted)) {
        await s3.send(new DeleteObjectCommand(target), send);
        total.deleteMarkers++;
      }
      if (++doneCount % PROGRESS_EVERY === 0) {
        options.emit({ type: "seed-progress", doneCount, totalCount: files.length });
      }
    },
  );
  options.emit({
    type: "seed-done",
    bucket,
    objectsCount: files.length,
    versionsCount: total.versions,
    deleteMarkersCount: total.deleteMarkers,
    taggedCount: total.tagged,
    sizeBytes: total.bytes,
  });
}

/** The first of every `every`, so that each kind is there in a small folder too. */
function isNth(index: number, every: number): boolean {
  return index % every === 0;
}
