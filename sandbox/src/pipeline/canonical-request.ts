import type { RawRequest } from "./raw-request";

/**
 * The canonical request of Signature Version 4 (AWS General Reference, "Create a signed AWS API request").
 * Characters are bytes: header values come as Latin-1, everything else is ASCII after encoding.
 */
export function canonicalRequest(
  request: RawRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
  encodesPathOnce: boolean,
): string {
  let headers = "";
  for (const name of signedHeaders) {
    headers += `${name}:${trimmed(request.headers[name] ?? "")}\n`;
  }
  return `${request.method}\n${canonicalPath(request.rawPath, encodesPathOnce)}\n${canonicalQuery(request.rawQuery)}\n${headers}\n${signedHeaders.join(";")}\n${payloadHash}`;
}

const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/;

/**
 * S3 signs the path as it is, encoded once; the other services sign it normalised and encoded twice.
 * @throws URIError when an escape is no UTF-8
 */
function canonicalPath(rawPath: string, encodesOnce: boolean): string {
  if (PLAIN_PATH.test(rawPath)) return rawPath;
  return encodesOnce
    ? encodePath(rawPath.split("/").map(decodeURIComponent).join("/"))
    : encodePath(rawPath);
}

function encodePath(path: string): string {
  return path.split("/").map(encodeStrictly).join("/");
}

/** Without `X-Amz-Signature`, which cannot sign itself. */
function canonicalQuery(rawQuery: string): string {
  if (rawQuery === "") return "";
  const pairs: [string, string][] = [];
  for (const part of rawQuery.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const key = equals < 0 ? part : part.slice(0, equals);
    if (key === "X-Amz-Signature") continue;
    pairs.push([recode(key), equals < 0 ? "" : recode(part.slice(equals + 1))]);
  }
  pairs.sort(([keyA, valueA], [keyB, valueB]) =>
    keyA === keyB ? order(valueA, valueB) : order(keyA, keyB),
  );
  return pairs.map(([key, value]) => `${key}=${value}`).join("&");
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

const PLAIN = /^[A-Za-z0-9\-._~]*$/;

function recode(text: string): string {
  if (PLAIN.test(text)) return text;
  return encodeStrictly(decodeURIComponent(text.replaceAll("+", "%20")));
}

/** Everything but AWS's unreserved characters, in upper-case escapes. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What `trimmed` would change: a space at an end, two in a row, and any other white space. */
const SPACES = /^ | $| {2}|[\t\r\n\v\f]/;

/**
 * Only ASCII's white space: the characters are bytes, and 0xA0, which JavaScript takes for a space, ends the UTF-8 of
 * letters such as \u00e0.
 */
function trimmed(value: string): string {
  if (!SPACES.test(value)) return value;
  return value.replace(/[ \t\r\n\v\f]+/g, " ").replace(/^ | $/g, "");
}
