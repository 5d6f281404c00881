/** A request as it came over HTTP, before anything of it is believed. */
export interface RawRequest {
  readonly method: string;
  /** Path as sent, percent-encoded, never normalised: object keys may hold `//` and `..`. */
  readonly rawPath: string;
  /** What stands after the question mark, as sent. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  /** Lower-cased names; repeated headers joined with a comma. */
  readonly headers: Record<string, string | undefined>;
  readonly body: Buffer;
  readonly remoteAddress: string;
}

/** `target` is the request line's: `/bucket/key?versionId=1`, or with scheme and host when sent to a proxy. */
export function splitTarget(target: string): { rawPath: string; rawQuery: string } {
  const path = target.startsWith("/") ? target : target.replace(/^[a-z]+:\/\/[^/?]*/i, "");
  const mark = path.indexOf("?");
  if (mark < 0) return { rawPath: path === "" ? "/" : path, rawQuery: "" };
  return { rawPath: mark === 0 ? "/" : path.slice(0, mark), rawQuery: path.slice(mark + 1) };
}

/**
 * A map that has nothing by itself: a header may have any name. `Object.create(null)` gives the same, but as a hash table,
 * in which each look-up and each walk costs several times as much.
 */
const Headers = function () {
  // Its members come with the headers.
} as unknown as new () => object;
Headers.prototype = Object.create(null);

/** Node's flat list of names and values as a map; AWS joins repeated headers with a comma without a space. */
export function headerMap(rawHeaders: readonly string[]): Record<string, string | undefined> {
  const headers = new Headers() as Record<string, string | undefined>;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = rawHeaders[index + 1] ?? "";
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
}
