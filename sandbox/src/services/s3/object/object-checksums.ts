import type { ChecksumAlgorithm } from "../../../values/checksums";
import { checksum, checksumAlgorithm, CHECKSUM_ALGORITHMS } from "../../../values/checksums";
import type { RequestContext } from "../../../world/operation";
import { invalidRequest } from "../errors";

/**
 * Checksums that S3 keeps of objects. That a given checksum matches its body is verified before an operation runs;
 * here is which one is kept.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */

/** What S3 computes by itself when an upload brings none, since December 2024. */
const DEFAULT_ALGORITHM: ChecksumAlgorithm = "CRC64NVME";

/** The algorithm by its name on the wire. @throws AwsError InvalidRequest */
export function checkedAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const known = checksumAlgorithm(name);
  if (known !== undefined) return known;
  throw invalidRequest(
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: " +
      "[CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]",
  );
}

/** The checksum that a request brings, in a header or in a trailer: algorithm and base64 value. */
export function givenChecksum(
  input: object,
  context: Pick<RequestContext, "http">,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const members = input as Readonly<Record<string, unknown>>;
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value =
      members[`Checksum${algorithm}`] ??
      context.http?.headers[`x-amz-checksum-${algorithm.toLowerCase()}`];
    if (typeof value === "string" && value !== "") return { algorithm, value };
  }
  return undefined;
}

/** The checksums to keep of a body: the given one, else the one asked for, else S3's own choice. */
export function checksumsOfBody(
  body: Buffer,
  given: { algorithm: ChecksumAlgorithm; value: string } | undefined,
  asked: ChecksumAlgorithm | undefined,
): Readonly<Record<string, string>> {
  const algorithm = given?.algorithm ?? asked ?? DEFAULT_ALGORITHM;
  return checksumMember(algorithm, given?.value ?? checksum(algorithm, body));
}

/** `{ ChecksumCRC32: value }`. */
export function checksumMember(
  algorithm: ChecksumAlgorithm,
  value: string,
): Readonly<Record<string, string>> {
  return { [`Checksum${algorithm}`]: value };
}

/** The algorithm of kept checksums. */
export function algorithmOf(
  checksums: Readonly<Record<string, string>>,
): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => checksums[`Checksum${algorithm}`] !== undefined);
}

/** The checksum of checksums of a COMPOSITE upload: base64, and `-` with the number of parts. */
export function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  partValues: readonly string[],
): string {
  const joined = Buffer.concat(partValues.map((value) => Buffer.from(value, "base64")));
  return `${checksum(algorithm, joined)}-${partValues.length}`;
}
