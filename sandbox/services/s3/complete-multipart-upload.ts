import { createHash } from "node:crypto";
import type {
  CompletedPart,
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
} from "@aws-sdk/client-s3";
import type { ChecksumAlgorithm } from "../../checksums";
import { checksum } from "../../checksums";
import type { Operation } from "../../operation";
import {
  badDigestChecksum,
  entityTooSmall,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
} from "./errors";
import type { Bucket } from "./model";
import type { MultipartUpload, UploadedPart } from "./multipart";
import { uploadOf, uploadsOf } from "./multipart";
import { CREATES_OBJECT } from "./new-version";
import { checksumMember, compositeChecksum, givenChecksum } from "./object-checksums";
import { checkWriteConditions, unquoted } from "./object-conditions";
import { decryptForRead, describeEncryption } from "./object-encryption";
import { required } from "./object-request";
import { shownVersionId, storeVersion } from "./store-version";
import { uploadNeeds } from "./upload-part";

/** Every part but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MINIMUM_PART_BYTES = 5 * 2 ** 20;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload: Operation<
  CompleteMultipartUploadRequest,
  CompleteMultipartUploadOutput
> = {
  access(input, context) {
    const needs = uploadNeeds(input, context, "s3:PutObject", {
      "s3:if-match": input.IfMatch,
      "s3:if-none-match": input.IfNoneMatch,
      ...CREATES_OBJECT,
    });
    return input.IfMatch === undefined
      ? needs
      : [...needs, ...uploadNeeds(input, context, "s3:GetObject")];
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const key = required(input.Key);
    const upload = uploadOf(bucket, key, input.UploadId);
    const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
    checkWriteConditions(bucket, key, { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
    const body = Buffer.concat(parts.map((part) => part.body));
    if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== body.length) {
      throw invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was ` +
          `computed: ${body.length}`,
      );
    }
    if (
      input.ChecksumType !== undefined &&
      input.ChecksumType !== (upload.checksumType ?? "FULL_OBJECT")
    ) {
      throw invalidRequest(
        `The upload was created using the ${upload.checksumType ?? "FULL_OBJECT"} checksum mode. ` +
          "The complete request must use the same checksum mode.",
      );
    }
    const sums = checksumsOfWhole(upload, parts, body);
    const given = givenChecksum(input, { http: undefined });
    if (given !== undefined && sums.checksums[`Checksum${given.algorithm}`] !== given.value) {
      throw badDigestChecksum(given.algorithm);
    }
    decryptForRead(context, bucket, upload, input);
    const hasPartChecksums = upload.checksumAlgorithm !== undefined;
    const version = storeVersion(
      context,
      bucket,
      key,
      {
        body,
        etag: etagOfParts(parts),
        ...sums,
        parts: parts.map((part) => ({
          partNumber: part.partNumber,
          sizeBytes: part.body.length,
          checksums: hasPartChecksums ? part.checksums : {},
        })),
        encryption: upload.encryption,
        lastModifiedEpochMs: upload.initiatedEpochMs,
      },
      upload.attributes,
    );
    uploadsOf(bucket).delete(upload.uploadId);
    return {
      Location: locationOf(bucket, key),
      Bucket: bucket.name,
      Key: key,
      ETag: `"${version.etag}"`,
      ...sums.checksums,
      ChecksumType: sums.checksumType,
      VersionId: shownVersionId(bucket, version),
      ...withoutCustomerKey(describeEncryption(upload.encryption)),
    };
  },
};

/**
 * The parts that the request lists, in its order.
 * @throws AwsError MalformedXML, InvalidPartOrder, InvalidPart, InvalidRequest, EntityTooSmall
 */
function chosenParts(upload: MultipartUpload, listed: readonly CompletedPart[]): UploadedPart[] {
  if (listed.length === 0) throw malformedXml();
  let previous = 0;
  for (const { PartNumber: partNumber } of listed) {
    if (partNumber === undefined) throw malformedXml();
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
  const part = upload.parts.get(partNumber);
  const refused = invalidPart({ etag: listed.ETag, partNumber, uploadId: upload.uploadId });
  if (part === undefined || listed.ETag === undefined || unquoted(listed.ETag) !== part.etag) {
    throw refused;
  }
  const given = givenChecksum(listed, { http: undefined });
  if (given === undefined) {
    if (upload.checksumType === "COMPOSITE" && upload.checksumAlgorithm !== undefined) {
      throw invalidRequest(
        `The upload was created using a ${upload.checksumAlgorithm.toLowerCase()} checksum. The complete request ` +
          `must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
      );
    }
  } else {
    const kept = part.checksums[`Checksum${given.algorithm}`];
    const value = kept ?? checksum(given.algorithm, part.body);
    if (value !== given.value) throw refused;
  }
  return part;
}

/** MD5 of the parts' MD5s, and `-` with their number. */
function etagOfParts(parts: readonly UploadedPart[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(Buffer.from(part.etag, "hex"));
  return `${hash.digest("hex")}-${parts.length}`;
}

function checksumsOfWhole(
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  body: Buffer,
): { checksums: Readonly<Record<string, string>>; checksumType: "FULL_OBJECT" | "COMPOSITE" } {
  // Without a wish S3 keeps a CRC64NVME of the full object.
  const algorithm: ChecksumAlgorithm = upload.checksumAlgorithm ?? "CRC64NVME";
  const checksumType = upload.checksumType ?? "FULL_OBJECT";
  const value =
    checksumType === "FULL_OBJECT"
      ? checksum(algorithm, body)
      : compositeChecksum(
          algorithm,
          parts.map((part) => part.checksums[`Checksum${algorithm}`] ?? ""),
        );
  return { checksums: checksumMember(algorithm, value), checksumType };
}

/** The address that AWS would give; the sandbox's own host is no part of the object. */
function locationOf(bucket: Bucket, key: string): string {
  const host = `${bucket.name}.s3.${bucket.region}.amazonaws.com`;
  return `https://${host}/${encodeURIComponent(key)}`;
}

/** The answer has no members for a customer's key. */
function withoutCustomerKey(
  described: ReturnType<typeof describeEncryption>,
): Omit<ReturnType<typeof describeEncryption>, "SSECustomerAlgorithm" | "SSECustomerKeyMD5"> {
  const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = described;
  return { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled };
}
