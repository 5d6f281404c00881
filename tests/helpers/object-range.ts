/** Which part of an object a made-up S3 answers with. */

import { refusal } from "./memory-bucket";

interface Part {
  readonly start: number;
  readonly sizeBytes: number;
  /** As S3 tells it: the part's length, and where it lies where a range was asked for. */
  readonly told: { readonly ContentLength: number; readonly ContentRange?: string };
}

/** @param range as in `bytes=0-9` @throws S3's 416 where nothing of the object is in it */
export function objectPart(range: string | undefined, totalBytes: number): Part {
  if (range === undefined) {
    return { start: 0, sizeBytes: totalBytes, told: { ContentLength: totalBytes } };
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  const start = Number(first);
  if (!(start < totalBytes)) throw refusal("InvalidRange", 416);
  const end = Math.min(totalBytes, Number(last) + 1);
  const ContentRange = `bytes ${start}-${end - 1}/${totalBytes}`;
  return {
    start,
    sizeBytes: end - start,
    told: { ContentLength: end - start, ContentRange },
  };
}
