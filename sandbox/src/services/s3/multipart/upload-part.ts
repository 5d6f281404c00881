import type { UploadPartOutput, UploadPartRequest } from "@aws-sdk/client-s3";
import type { ChecksumAlgorithm } from "../../../values/checksums";
import { mergedKeys } from "../../../authorization/merged-keys";
import type { AccessNeed } from "../../../authorization/model";
import type { Operation, RequestContext } from "../../../world/operation";
import { objectNeed } from "../access/access";
import { entityTooLarge, invalidRequest } from "../errors";
import { ownBuffer } from "../store/kept-content";
import type { Bucket } from "../store/model";
import type { MultipartUpload, UploadedPart } from "./multipart";
import { checkedPartNumber, uploadOf, uploadsOf } from "./multipart";
import { checkLockedUploadHasChecksum } from "../store/new-version";
import { requestKeys } from "../access/object-access";
import { checksumsOfBody, givenChecksum } from "../object/object-checksums";
import { describeEncryption, useKeyOfUpload } from "../object/object-encryption";
import { bodyOf, refuseEncryptionHeader, required } from "../object/object-request";
import { etagOf } from "../store/store-version";
import { wholeSecond } from "../store/whole-second";

const MAXIMUM_PART_BYTES = 5 * 2 ** 30;

/** The right to add to an upload and to complete it is the right to put the object. */
export function uploadNeeds(
  input: { Bucket?: string; Key?: string; UploadId?: string },
  context: RequestContext,
  action = "s3:PutObject",
  extraKeys = {},
): AccessNeed[] {
  const bucket = context.world.s3.bucket(required(input.Bucket));
  const keys = mergedKeys(
    { "s3:objectcreationoperation": "false" },
    requestKeys(context, bucket),
    extraKeys,
  );
  const need = objectNeed(context, bucket, required(input.Key), action, keys);
  return [uploadAclNeed(context, bucket, input, need)];
}

/**
 * WRITE on the bucket lets another account put, so it may also list and abort what it began itself.
 * Source: S3 User Guide, "Uploading and copying objects using multipart upload", "API and permissions" (the initiator).
 */
function uploadAclNeed(
  context: RequestContext,
  bucket: Bucket,
  input: { Key?: string; UploadId?: string },
  need: AccessNeed,
): AccessNeed {
  if (need.action === "s3:PutObject" || input.UploadId === undefined) return need;
  const initiator = uploadsOf(bucket).get(input.UploadId)?.initiator;
  if (initiator === undefined || initiator.accountId !== context.principal.accountId) return need;
  const { aclGrant } = objectNeed(context, bucket, input.Key ?? "", "s3:PutObject");
  return { ...need, aclGrant };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: Operation<UploadPartRequest, UploadPartOutput> = {
  access: (input, context) => uploadNeeds(input, context),

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    refuseEncryptionHeader(context.http);
    const partNumber = checkedPartNumber(input.PartNumber);
    const upload = uploadOf(bucket, required(input.Key), input.UploadId);
    checkLockedUploadHasChecksum(context, isLockedUpload(bucket, upload), "Put Part");
    const body = bodyOf(input.Body);
    const given = givenChecksum(input, context);
    checkPartAlgorithm(upload, given?.algorithm);
    // A part is encrypted with the data key of the upload, which is decrypted for it.
    useKeyOfUpload(context, bucket, upload, input);
    const part = addPart(context, upload, partNumber, body, given);
    return {
      ETag: `"${part.etag}"`,
      ...part.checksums,
      ...describeEncryption(upload.encryption),
    };
  },
};

/** Keeps a part; a part of the same number is replaced. @throws AwsError EntityTooLarge */
export function addPart(
  context: RequestContext,
  upload: MultipartUpload,
  partNumber: number,
  body: Buffer,
  given: { algorithm: ChecksumAlgorithm; value: string } | undefined,
): UploadedPart {
  if (body.length > MAXIMUM_PART_BYTES) throw entityTooLarge(MAXIMUM_PART_BYTES, body.length);
  const part: UploadedPart = {
    partNumber,
    etag: etagOf(context, body, upload.encryption),
    body: ownBuffer(body),
    lastModifiedEpochMs: wholeSecond(context.nowEpochMs),
    checksums: checksumsOfBody(body, given, upload.checksumAlgorithm),
  };
  upload.parts.set(partNumber, part);
  return part;
}

/**
 * The parts of an upload have the algorithm that it was created with. For a checksum of the full object S3 can do
 * without those of the parts, for a composite one it cannot.
 * @throws AwsError InvalidRequest
 */
function checkPartAlgorithm(upload: MultipartUpload, given: ChecksumAlgorithm | undefined): void {
  const expected = upload.checksumAlgorithm;
  if (expected === undefined || expected === given) return;
  if (given === undefined && upload.checksumType === "FULL_OBJECT") return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, ` +
      `actual checksum Type: ${given?.toLowerCase() ?? "null"}`,
  );
}

function isLockedUpload(bucket: Bucket, upload: MultipartUpload): boolean {
  const { retention, legalHold } = upload.attributes;
  return (
    retention !== undefined ||
    legalHold !== undefined ||
    bucket.objectLock?.defaultRetention !== undefined
  );
}
