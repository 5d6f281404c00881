import { invalidRange } from "../errors";

/** Bytes of an object, both ends inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The `Range` header against an object of `sizeBytes`. S3 gives one range at a time: several ranges, other units and
 * broken headers are ignored, and the whole object is the answer.
 * @throws AwsError InvalidRange (416) when the object has none of the bytes
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec((header ?? "").trim());
  if (header === undefined || found === null) return undefined;
  const [, from = "", to = ""] = found;
  if (from === "" && to === "") return undefined;
  if (from === "") {
    const length = Number(to);
    if (length === 0) throw invalidRange(header, sizeBytes);
    // The end of nothing is all of it (RFC 9110, section 14.1.2).
    if (sizeBytes === 0) return undefined;
    return { first: Math.max(0, sizeBytes - length), last: sizeBytes - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) return undefined;
  if (first >= sizeBytes) throw invalidRange(header, sizeBytes);
  return { first, last: to === "" ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1) };
}
