import type { HttpFacts } from "../../../world/operation";
import { encryptionHeaderNotSupported, invalidArgument } from "../errors";
import { isVersionId } from "../store/version-id";

const NO_BODY = Buffer.alloc(0);

/**
 * A member that the schema of the operation demands, so that no request without it comes this far.
 * @throws Error when one does
 */
export function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("A required member is missing from a decoded request.");
  return value;
}

/** A streaming body as the pipeline hands it over: a buffer, or undefined for none. */
export function bodyOf(body: unknown): Buffer {
  if (body === undefined) return NO_BODY;
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (typeof body === "string") return Buffer.from(body);
  throw new Error("A streaming body was not read before its operation.");
}

/**
 * A version id of a request.
 * @throws AwsError InvalidArgument when it cannot be one
 */
export function checkedVersionId(versionId: string | undefined): string | undefined {
  if (versionId === undefined) return undefined;
  if (versionId === "") {
    throw invalidArgument("versionId", "", "Version id cannot be the empty string");
  }
  if (!isVersionId(versionId)) {
    throw invalidArgument("versionId", versionId, "Invalid version id specified");
  }
  return versionId;
}

/**
 * Reads, and parts of an upload, have no encryption to choose.
 * @throws AwsError InvalidArgument
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Encryption)
 */
export function refuseEncryptionHeader(http: HttpFacts | undefined): void {
  const header = http?.headers["x-amz-server-side-encryption"];
  if (header !== undefined) throw encryptionHeaderNotSupported(header);
}

/** A whole number of a query parameter, capped; the default when absent. @throws AwsError InvalidArgument */
export function pageSize(name: string, value: number | undefined, maximum = 1000): number {
  if (value === undefined) return maximum;
  if (!Number.isInteger(value) || value < 0) {
    throw invalidArgument(
      name,
      value,
      `Argument ${name} must be an integer between 0 and 2147483647`,
    );
  }
  return Math.min(value, maximum);
}

/** The `part-number-marker` of a request. @throws AwsError InvalidArgument */
export function partNumberMarker(marker: string | undefined): number {
  if (marker === undefined || marker === "") return 0;
  const name = "part-number-marker";
  const value = Number(marker);
  if (!/^-?\d+$/.test(marker) || value > 2_147_483_647) {
    throw invalidArgument(name, marker, `Provided ${name} not an integer or within integer range`);
  }
  if (value < 0) {
    throw invalidArgument(
      name,
      marker,
      `Argument ${name} must be an integer between 0 and 2147483647`,
    );
  }
  return value;
}

/**
 * URL-encoding of keys in listings (`encoding-type=url`): as forms are encoded, but with slashes left alone.
 * @throws AwsError InvalidArgument for another encoding type
 */
export function keyEncoder(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined) return (key) => key;
  if (encodingType !== "url") {
    throw invalidArgument(
      "encoding-type",
      encodingType,
      "Invalid Encoding Method specified in Request",
    );
  }
  return (key) =>
    encodeURIComponent(key)
      .replace(/%2F/g, "/")
      .replace(/%20/g, "+")
      .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
