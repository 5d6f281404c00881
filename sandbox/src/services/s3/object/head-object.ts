import type { HeadObjectOutput, HeadObjectRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { AwsError } from "../../../world/aws-error";
import type { Bucket, ObjectVersion } from "../store/model";
import { checkCustomerKeyOf, decryptForRead, type KeyUser } from "./object-encryption";
import { describeRead, findReadable, readNeeds, selectBytes } from "../store/read-version";

/**
 * As GetObject without the body. An archived object can be looked at, and a KMS key is used for checksums alone: whoever asks for
 * them needs `kms:Decrypt`. What a key that is disabled does to them is not documented, and so not done here.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const headObject: Operation<HeadObjectRequest, HeadObjectOutput> = {
  access: readNeeds,

  handle(input, context) {
    const found = findReadable(input, context);
    checkCustomerKeyOf(context, found.version, input);
    requireKeyOfChecksums(found, input, context);
    const range = selectBytes(found.version, input, context.nowEpochMs);
    return describeRead(found, range, input, context);
  },
};

/** @throws AwsError AccessDenied when the caller asks for checksums and may not use their key */
function requireKeyOfChecksums(
  { bucket, version }: { readonly bucket: Bucket; readonly version: ObjectVersion },
  input: HeadObjectRequest,
  context: KeyUser,
): void {
  const isAsked = input.ChecksumMode?.toUpperCase() === "ENABLED";
  if (!isAsked || Object.keys(version.checksums).length === 0) return;
  try {
    decryptForRead(context, bucket, version, input);
  } catch (error) {
    if (error instanceof AwsError && error.code === "AccessDenied") throw error;
  }
}
