/**
 * S3 keeps dates of objects and buckets to the second: a listing's `.000Z` and the header's date say the same.
 * Versions of one second are kept apart by their `sequence`.
 */
export function wholeSecond(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}
