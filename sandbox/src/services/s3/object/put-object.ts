import type { PutObjectOutput, PutObjectRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { expirationHeader } from "../lifecycle/headers";
import { entityTooLarge, notImplemented } from "../errors";
import {
  attributesOfNew,
  checkLockedUploadHasChecksum,
  CREATES_OBJECT,
  needsOfNew,
} from "../store/new-version";
import { checkedAlgorithm, checksumsOfBody, givenChecksum } from "./object-checksums";
import { checkWriteConditions } from "./object-conditions";
import { describeEncryption, encryptionOfNew } from "./object-encryption";
import { bodyOf, required } from "./object-request";
import { etagOf, newVersionId, storeVersion } from "../store/store-version";

/** The largest object of one PutObject: 5 GiB. */
const MAXIMUM_PUT_BYTES = 5 * 2 ** 30;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Operation<PutObjectRequest, PutObjectOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    return needsOfNew(context, bucket, required(input.Key), input, CREATES_OBJECT);
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const key = required(input.Key);
    if (input.WriteOffsetBytes !== undefined) {
      throw notImplemented("appending to an object", "x-amz-write-offset-bytes");
    }
    const attributes = attributesOfNew(context, bucket, key, input);
    checkLockedUploadHasChecksum(
      context,
      attributes.retention !== undefined ||
        attributes.legalHold !== undefined ||
        bucket.objectLock?.defaultRetention !== undefined,
      "Put Object",
    );
    const body = bodyOf(input.Body);
    if (body.length > MAXIMUM_PUT_BYTES) throw entityTooLarge(MAXIMUM_PUT_BYTES, body.length);
    checkWriteConditions(bucket, key, { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
    const encryption = encryptionOfNew(context, bucket, key, input);
    const checksums = checksumsOfBody(
      body,
      givenChecksum(input, context),
      checkedAlgorithm(input.ChecksumAlgorithm),
    );
    const version = storeVersion(
      context,
      bucket,
      key,
      {
        body,
        etag: etagOf(context, body, encryption),
        checksums,
        checksumType: "FULL_OBJECT",
        encryption,
      },
      attributes,
    );
    return {
      ETag: `"${version.etag}"`,
      VersionId: newVersionId(bucket, version),
      Expiration: expirationHeader(bucket, version),
      ...checksums,
      ChecksumType: version.checksumType,
      ...describeEncryption(encryption),
      SSEKMSEncryptionContext: encryption.encryptionContext,
    };
  },
};
