import { gunzipSync } from "node:zlib";
import { AwsError } from "../world/aws-error";

/** Far more than AWS takes (1 MB for PutMetricData); it keeps a small body from becoming a huge one. */
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;

/**
 * A request's body as it was before the client compressed it. AWS's clients send large bodies of some operations
 * (PutMetricData from 10 KiB on) with `Content-Encoding: gzip`.
 * @throws AwsError SerializationException when the body is not what the header says, or too large
 */
export function plainBody(
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
): Buffer {
  if (headers["content-encoding"]?.trim().toLowerCase() !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: MAX_PLAIN_BYTES });
  } catch (error) {
    // zlib tells with its own error codes what is wrong; the caller can only be told that something is.
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError("SerializationException", 400, `The body is no gzip: ${reason}`);
  }
}
