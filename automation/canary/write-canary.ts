/** Writes canaries into a source, with the credentials of whoever runs it. */

import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { PlannedCanary } from "./plan-canaries";

/** A version of the source that was written to be watched. */
export interface WrittenCanary extends PlannedCanary {
  /** Name of the source bucket. */
  readonly bucket: string;
  /** S3's, which the replica has too. */
  readonly versionId: string;
  /** Of its content. */
  readonly sizeBytes: number;
}

/** What a canary says to whoever finds it. */
export interface CanaryContent {
  /** ARN. */
  readonly writtenBy: string;
  readonly writtenEpochMs: number;
  /** Digest of the promise that it was written for. */
  readonly promise: string;
}

/** The content of a canary: JSON, for people. Pure. */
export function canaryBody(
  { rules, vaults }: PlannedCanary,
  { promise, writtenBy, writtenEpochMs }: CanaryContent,
): string {
  const content = {
    lockstep: "canary",
    what: "Written by `lockstep doctor --canary` to see whether what is written here arrives in the vaults. It holds no data of yours.",
    writtenAt: new Date(writtenEpochMs).toISOString(),
    writtenBy,
    promise,
    rules,
    vaults,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** @throws the SDK's error where S3 refuses it */
export async function writeCanary(
  s3: S3Client,
  bucket: string,
  canary: PlannedCanary,
  body: string,
  signal: AbortSignal,
): Promise<WrittenCanary> {
  const tagging = new URLSearchParams(canary.tags).toString();
  const output = await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: canary.key,
      Body: body,
      ContentType: "application/json",
      ...(tagging === "" ? {} : { Tagging: tagging }),
    }),
    { abortSignal: signal },
  );
  return {
    ...canary,
    bucket,
    versionId: output.VersionId ?? "null",
    sizeBytes: Buffer.byteLength(body),
  };
}
