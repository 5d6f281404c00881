/**
 * What is about to be tried on more than a canary is written down before, in the operations bucket beside the vault: a run that ends
 * between an attempt that was accepted and its undoing is found by the next one.
 *
 *     about-to-try --> refused
 *                 \--> accepted --> cancelled --> mended
 *
 * One object for each kind of attempt; its versions stay, so that the bucket remembers every one.
 */

import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { awsFailure } from "../errors";

/** Where the notes lie in the operations bucket beside a vault. No slash at either end. */
export const REFUSALS_PREFIX = "refusals";

const NOTE = z.object({
  lockstep: z.literal("attempt"),
  attempt: z.enum(["suspend", "delete-key"]),
  target: z.string(),
  principal: z.string(),
  state: z.enum(["about-to-try", "refused", "accepted", "cancelled", "mended"]),
  at: z.iso.datetime(),
});

/** One note. */
export type AttemptNote = Readonly<z.infer<typeof NOTE>>;

/** Where the notes of one vault are kept, and by whom. */
export interface NotePlace {
  /** Under the credentials of the vault's account. */
  readonly s3: S3Client;
  /** Name of the operations bucket. */
  readonly bucket: string;
}

function keyOf(attempt: AttemptNote["attempt"]): string {
  return `${REFUSALS_PREFIX}/${attempt}.json`;
}

/**
 * The last note of an attempt; undefined where there is none, or where something else has its name.
 * @throws the SDK's error where it may not be read
 */
export async function readNote(
  { bucket, s3 }: NotePlace,
  attempt: AttemptNote["attempt"],
  signal: AbortSignal,
): Promise<AttemptNote | undefined> {
  let text: string;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(attempt) }), {
      abortSignal: signal,
    });
    text = (await Body?.transformToString()) ?? "";
  } catch (error) {
    if (["NoSuchKey", "NoSuchBucket"].includes(awsFailure(error)?.code ?? "")) return undefined;
    throw error;
  }
  const parsed = NOTE.safeParse(jsonOf(text));
  return parsed.success && parsed.data.attempt === attempt ? parsed.data : undefined;
}

/** @throws the SDK's error */
export async function writeNote({ bucket, s3 }: NotePlace, note: AttemptNote): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: keyOf(note.attempt),
      Body: `${JSON.stringify(note, null, 2)}\n`,
      ContentType: "application/json",
    }),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no note.
    return undefined;
  }
}
