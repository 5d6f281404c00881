import type { CompletedPart, CompleteMultipartUploadRequest } from "@aws-sdk/client-s3";
import type { ChecksumAlgorithm } from "../../../values/checksums";
import { checksum, CHECKSUM_ALGORITHMS, isChecksumValue } from "../../../values/checksums";
import {
  entityTooSmall,
  invalidArgument,
  invalidChecksumHeader,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
  partBadDigest,
  severalChecksums,
} from "../errors";
import type { MultipartUpload, UploadedPart } from "./multipart";
import { unquoted } from "../object/object-conditions";

/** What a request to complete an upload says, checked: its headers, and the parts that it lists. */

/** Every part but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MINIMUM_PART_BYTES = 5 * 2 ** 20;

const CHECKSUM_TYPES = ["COMPOSITE", "FULL_OBJECT"];

export interface GivenChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

/**
 * The form of the headers, whatever the upload is.
 * @returns the checksum that the object is said to have
 * @throws AwsError InvalidRequest
 */
export function checkedCompletion(
  input: CompleteMultipartUploadRequest,
): GivenChecksum | undefined {
  const { ChecksumType: checksumType, MpuObjectSize: sizeBytes } = input;
  if (checksumType !== undefined && !CHECKSUM_TYPES.includes(checksumType)) {
    throw invalidChecksumHeader("x-amz-checksum-type");
  }
  if (sizeBytes !== undefined && sizeBytes < 0) {
    throw invalidRequest(`Value for x-amz-mp-object-size header is less than zero: '${sizeBytes}'`);
  }
  const [given, second] = checksumsIn(input);
  if (second !== undefined) throw severalChecksums();
  // That of a composite one may end with the number of the parts.
  if (
    given !== undefined &&
    !isChecksumValue(given.algorithm, given.value.replace(/-[1-9]\d*$/, ""))
  ) {
    throw invalidChecksumHeader(`x-amz-checksum-${given.algorithm.toLowerCase()}`);
  }
  return given;
}

/**
 * The parts that the request lists, in its order.
 * @throws AwsError MalformedXML, InvalidArgument, InvalidPartOrder, InvalidPart, InvalidRequest, BadDigest, EntityTooSmall
 */
export function chosenParts(
  upload: MultipartUpload,
  listed: readonly CompletedPart[],
): UploadedPart[] {
  if (listed.length === 0) throw invalidRequest("You must specify at least one part");
  let previous = 0;
  for (const { PartNumber: partNumber, ETag: etag } of listed) {
    if (partNumber === undefined || etag === undefined) throw malformedXml();
    if (partNumber < 1) throw invalidArgument("PartNumber", partNumber, "PartNumber must be >= 1");
    if (partNumber <= previous) throw invalidPartOrder(upload.uploadId);
    previous = partNumber;
  }
  const parts = listed.map((part) => chosenPart(upload, part));
  parts.forEach((part, index) => {
    if (index === parts.length - 1 || part.body.length >= MINIMUM_PART_BYTES) return;
    throw entityTooSmall({
      etag: part.etag,
      partNumber: part.partNumber,
      minimumBytes: MINIMUM_PART_BYTES,
      proposedBytes: part.body.length,
    });
  });
  return parts;
}

function chosenPart(upload: MultipartUpload, listed: CompletedPart): UploadedPart {
  const partNumber = listed.PartNumber ?? 0;
  const given = partChecksum(listed);
  const part = upload.parts.get(partNumber);
  const refused = invalidPart({ etag: listed.ETag, partNumber, uploadId: upload.uploadId });
  if (part === undefined || listed.ETag === undefined || unquoted(listed.ETag) !== part.etag) {
    throw refused;
  }
  if (given === undefined) {
    if (upload.checksumType === "COMPOSITE" && upload.checksumAlgorithm !== undefined) {
      throw invalidRequest(
        `The upload was created using a ${upload.checksumAlgorithm.toLowerCase()} checksum. The complete request ` +
          `must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
      );
    }
    return part;
  }
  // An upload that was created without an algorithm knows no checksums of its parts (recorded).
  if (upload.checksumAlgorithm === undefined) throw refused;
  if (given.algorithm !== upload.checksumAlgorithm) {
    throw partBadDigest(given.algorithm, partNumber);
  }
  const kept = part.checksums[`Checksum${given.algorithm}`];
  if ((kept ?? checksum(given.algorithm, part.body)) === given.value) return part;
  throw upload.checksumType === "FULL_OBJECT"
    ? partBadDigest(given.algorithm, partNumber)
    : refused;
}

/** @throws AwsError InvalidArgument */
function partChecksum(listed: CompletedPart): GivenChecksum | undefined {
  const found = checksumsIn(listed);
  const [given] = found;
  if (given === undefined) return undefined;
  const isOne = found.length === 1;
  if (isOne && isChecksumValue(given.algorithm, given.value)) return given;
  throw invalidArgument(
    "Checksum",
    isOne ? given.value : found.map(({ algorithm, value }) => `${algorithm}:${value};`).join(""),
    "Invalid Base64 or multiple checksums present in request",
  );
}

function checksumsIn(input: object): GivenChecksum[] {
  const members = input as Readonly<Record<string, unknown>>;
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = members[`Checksum${algorithm}`];
    return typeof value === "string" ? [{ algorithm, value }] : [];
  });
}
