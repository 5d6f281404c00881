/** Headers of a request as they are kept with the object. */

/**
 * `aws-chunked` tells how the body travelled; it is no property of the object. What else is listed stays as it was written,
 * blanks and all (inferred).
 */
export function ownEncoding(contentEncoding: string | undefined): string | undefined {
  if (contentEncoding === undefined || contentEncoding === "") return undefined;
  const parts = contentEncoding.split(",");
  const kept = parts.filter((part) => part.trim() !== "" && part.trim() !== "aws-chunked");
  if (kept.length === parts.length) return contentEncoding;
  return kept.length === 0 ? undefined : kept.join(",").trim();
}

/** One encoded word of RFC 2047 and nothing else, as clients write metadata that a header could not carry. */
const ENCODED_WORD = /^=\?utf-8\?([bq])\?([^?]*)\?=$/i;

/**
 * Metadata that was encoded by RFC 2047 without need: S3 decodes it, and what is plain ASCII comes back as such (inferred).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function readableMetadata(
  metadata: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (!Object.values(metadata).some((value) => ENCODED_WORD.test(value))) return metadata;
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, asciiOf(value) ?? value]),
  );
}

function asciiOf(value: string): string | undefined {
  const [, encoding = "", text = ""] = ENCODED_WORD.exec(value) ?? [];
  if (encoding === "") return undefined;
  const decoded =
    encoding.toLowerCase() === "b" ? Buffer.from(text, "base64").toString("latin1") : ofQ(text);
  return /^[\x20-\x7e]*$/.test(decoded) ? decoded : undefined;
}

/** The "Q" encoding: `_` is a space, `=41` a byte. */
function ofQ(text: string): string {
  return text
    .replace(/_/g, " ")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
