import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { watchDate } from "./aws-date";
import { headInput, type HeadTarget } from "./head-route";

/** What S3 says of a version, and when. */
export interface AnsweredHead {
  readonly output: HeadObjectCommandOutput;
  /** The `Date` of the answer. Absent when something on the way took it out. */
  readonly answeredEpochMs: number | undefined;
}

/** Sends a HEAD as any other command. */
export async function sendHead(
  s3: S3Client,
  target: HeadTarget,
  signal: AbortSignal | undefined,
): Promise<AnsweredHead> {
  const command = new HeadObjectCommand(headInput(target));
  const answeredAt = watchDate(command);
  const output = await s3.send(command, { abortSignal: signal });
  return { output, answeredEpochMs: answeredAt() };
}
