import { createHash } from "node:crypto";
import type {
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
} from "@aws-sdk/client-s3";
import type { ChecksumAlgorithm } from "../../../values/checksums";
import { checksum } from "../../../values/checksums";
import { expirationHeader } from "../lifecycle/headers";
import type { Operation } from "../../../world/operation";
import { checkedCompletion, chosenParts, type GivenChecksum } from "./completed-parts";
import { badDigestChecksum, conditionalRequestConflict, invalidRequest } from "../errors";
import type { Bucket } from "../store/model";
import type { MultipartUpload, UploadedPart } from "./multipart";
import { completedAnswer, endUpload, rememberCompleted, uploadOf } from "./multipart";
import { CREATES_OBJECT } from "../store/new-version";
import { checksumMember, compositeChecksum } from "../object/object-checksums";
import { checkWriteConditions } from "../object/object-conditions";
import { describeEncryption, useKeyOfUpload } from "../object/object-encryption";
import { required } from "../object/object-request";
import { newVersionId, storeVersion } from "../store/store-version";
import { uploadNeeds } from "./upload-part";

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
    const given = checkedCompletion(input);
    const earlier = completedAnswer(bucket, key, input.UploadId);
    if (earlier !== undefined) return earlier;
    const upload = uploadOf(bucket, key, input.UploadId);
    const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
    const conditions = { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch };
    checkWriteConditions(bucket, key, conditions);
    checkNotOvertaken(upload, conditions);
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
    if (given !== undefined && !agrees(sums, given)) throw badDigestChecksum(given.algorithm);
    if (needsCustomerKey(upload, input)) useKeyOfUpload(context, bucket, upload, input);
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
    endUpload(bucket, upload);
    const answer: CompleteMultipartUploadOutput = {
      Location: locationOf(bucket, key),
      Bucket: bucket.name,
      Key: key,
      ETag: `"${version.etag}"`,
      ...sums.checksums,
      ChecksumType: sums.checksumType,
      VersionId: newVersionId(bucket, version),
      Expiration: expirationHeader(bucket, version),
      ...withoutCustomerKey(describeEncryption(upload.encryption)),
    };
    rememberCompleted(bucket, upload, answer);
    return answer;
  },
};

/**
 * A condition that holds is not enough: whoever began the upload did not know of what was written or deleted since, even
 * where the bytes are the same. The way out is a new upload.
 * @throws AwsError ConditionalRequestConflict
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
function checkNotOvertaken(
  { isOvertaken, key }: MultipartUpload,
  conditions: { readonly ifMatch?: string; readonly ifNoneMatch?: string },
): void {
  if (!isOvertaken) return;
  if (conditions.ifMatch !== undefined) throw conditionalRequestConflict("If-Match", key);
  if (conditions.ifNoneMatch !== undefined) throw conditionalRequestConflict("If-None-Match", key);
}

/** A composite checksum may be given without the `-` and the number of parts that S3 writes behind it, as minio-go does. */
function agrees(sums: ChecksumsOfWhole, given: GivenChecksum): boolean {
  const value = sums.checksums[`Checksum${given.algorithm}`];
  if (value === given.value) return true;
  return sums.checksumType === "COMPOSITE" && value?.replace(/-\d+$/, "") === given.value;
}

/**
 * The customer's key "is required only when the object was created using a checksum algorithm"; one that is given must
 * be the right one in any case. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
function needsCustomerKey(upload: MultipartUpload, input: CompleteMultipartUploadRequest): boolean {
  return (
    upload.encryption.algorithm !== "SSE-C" ||
    upload.checksumAlgorithm !== undefined ||
    input.SSECustomerKey !== undefined
  );
}

/** MD5 of the parts' MD5s, and `-` with their number. */
function etagOfParts(parts: readonly UploadedPart[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(Buffer.from(part.etag, "hex"));
  return `${hash.digest("hex")}-${parts.length}`;
}

interface ChecksumsOfWhole {
  readonly checksums: Readonly<Record<string, string>>;
  readonly checksumType: "FULL_OBJECT" | "COMPOSITE";
}

function checksumsOfWhole(
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  body: Buffer,
): ChecksumsOfWhole {
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
