import { createHash } from "node:crypto";
import type { RequestContext } from "../../../world/operation";
import {
  customerKeyRequired,
  customerKeysBlocked,
  invalidArgument,
  invalidEncryptionAlgorithm,
  invalidRequest,
  otherKeyThanOriginally,
  partNeedsKeyOfUpload,
  wrongCustomerKey,
} from "../errors";
import type { Bucket, ObjectEncryption, ObjectVersion } from "../store/model";

/**
 * Server-side encryption of objects. Bodies are kept in the clear, the rules and the use of keys are AWS's: who may not
 * use the key can neither write nor read.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */

/** Members of the requests that choose the encryption of a new version. */
export interface EncryptionHeaders extends CustomerKeyHeaders {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly SSEKMSEncryptionContext?: string;
  readonly BucketKeyEnabled?: boolean;
}

/** SSE-C: algorithm, key and its MD5, the latter two base64. */
export interface CustomerKeyHeaders {
  readonly SSECustomerAlgorithm?: string;
  readonly SSECustomerKey?: string;
  readonly SSECustomerKeyMD5?: string;
}

/** The parts of a request that the use of a key depends on; S3's own work has no HTTP. */
export type KeyUser = Pick<RequestContext, "world" | "principal" | "globalConditionKeys" | "http">;

const SSE_S3: ObjectEncryption = Object.freeze({ algorithm: "AES256" });
const CUSTOMER_KEY_BYTES = 32;

/**
 * How a new version is encrypted: as the request says, else as the bucket's default says.
 * @throws AwsError InvalidArgument, InvalidRequest; what KMS answers when the caller may not use the key
 */
export function encryptionOfNew(
  context: RequestContext,
  bucket: Bucket,
  key: string,
  input: EncryptionHeaders,
): ObjectEncryption {
  const customerKeyMd5 = checkedCustomerKey(context, input);
  if (customerKeyMd5 !== undefined) {
    if (input.ServerSideEncryption !== undefined) {
      throw invalidArgument(
        "x-amz-server-side-encryption",
        input.ServerSideEncryption,
        "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
      );
    }
    refuseBlocked(context, bucket, key);
    return { algorithm: "SSE-C", customerKeyMd5 };
  }
  const defaults = bucket.encryption[0];
  const asked = input.ServerSideEncryption;
  const algorithm = asked ?? defaults?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? "AES256";
  if (algorithm !== "AES256" && algorithm !== "aws:kms" && algorithm !== "aws:kms:dsse") {
    throw invalidArgument(
      "x-amz-server-side-encryption",
      algorithm,
      "The encryption method specified is not supported",
    );
  }
  if (input.SSEKMSKeyId !== undefined && (asked === undefined || asked === "AES256")) {
    throw invalidArgument(
      "x-amz-server-side-encryption",
      asked,
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    );
  }
  if (algorithm === "AES256") return SSE_S3;
  // A request for `aws:kms` without a key means the account's own `aws/s3`, even beside a default key of the bucket.
  const defaultKeyId =
    asked === undefined ? defaults?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID : undefined;
  const accountId = context.principal.accountId ?? bucket.accountId;
  const keyId =
    input.SSEKMSKeyId ??
    defaultKeyId ??
    context.world.kms.awsManagedS3Key(accountId, bucket.region).keyArn;
  const bucketKeyEnabled =
    algorithm === "aws:kms" && (input.BucketKeyEnabled ?? defaults?.BucketKeyEnabled ?? false);
  const wanted: ObjectEncryption = {
    algorithm,
    kmsKeyArn: keyId,
    bucketKeyEnabled,
    encryptionContext: input.SSEKMSEncryptionContext,
  };
  const kmsKeyArn = useKey(context, bucket, key, wanted, "kms:GenerateDataKey");
  return { ...wanted, kmsKeyArn };
}

/** Whether the bucket refuses what is written under keys of customers, as a new one does. */
export function blocksCustomerKeys(bucket: Bucket): boolean {
  return bucket.encryption.some((rule) =>
    rule.BlockedEncryptionTypes?.EncryptionType?.includes("SSE-C"),
  );
}

/** @throws AwsError AccessDenied */
function refuseBlocked(context: RequestContext, bucket: Bucket, key: string): void {
  if (!blocksCustomerKeys(bucket)) return;
  throw customerKeysBlocked(context, bucket.accountId, `${bucket.arn}/${key}`);
}

/**
 * Checks the key for a part of an upload against that with which the upload was created.
 * @throws AwsError InvalidRequest, AccessDenied; what KMS answers
 */
export function useKeyOfUpload(
  context: RequestContext,
  bucket: Bucket,
  upload: Pick<ObjectVersion, "key" | "encryption">,
  input: CustomerKeyHeaders,
): void {
  const given = checkedCustomerKey(context, input);
  if (given !== undefined) refuseBlocked(context, bucket, upload.key);
  const expected = upload.encryption.customerKeyMd5;
  if ((given === undefined) !== (expected === undefined)) throw partNeedsKeyOfUpload();
  if (given !== expected) throw otherKeyThanOriginally();
  if (upload.encryption.kmsKeyArn !== undefined) {
    useKey(context, bucket, upload.key, upload.encryption, "kms:Decrypt");
  }
}

/**
 * Checks that the caller may read an encrypted version.
 * @throws AwsError InvalidRequest without the customer's key, AccessDenied with a wrong one; what KMS answers
 */
export function decryptForRead(
  context: KeyUser,
  bucket: Bucket,
  version: Pick<ObjectVersion, "key" | "encryption">,
  input: CustomerKeyHeaders,
): void {
  checkCustomerKeyOf(context, version, input);
  if (version.encryption.kmsKeyArn !== undefined) {
    useKey(context, bucket, version.key, version.encryption, "kms:Decrypt");
  }
}

/** SSE-C alone, which HeadObject asks for as well: the metadata of such a version needs the key too. */
export function checkCustomerKeyOf(
  context: KeyUser,
  version: Pick<ObjectVersion, "encryption">,
  input: CustomerKeyHeaders,
): void {
  const given = checkedCustomerKey(context, input);
  if (version.encryption.algorithm !== "SSE-C") {
    if (given === undefined) return;
    throw invalidRequest("The encryption parameters are not applicable to this object.");
  }
  if (given === undefined) throw customerKeyRequired();
  if (given !== version.encryption.customerKeyMd5) throw wrongCustomerKey();
}

/** Members of an answer that tell how a version is encrypted. */
export function describeEncryption(encryption: ObjectEncryption): {
  ServerSideEncryption?: "AES256" | "aws:kms" | "aws:kms:dsse";
  SSEKMSKeyId?: string;
  BucketKeyEnabled?: boolean;
  SSECustomerAlgorithm?: string;
  SSECustomerKeyMD5?: string;
} {
  if (encryption.algorithm === "SSE-C") {
    return { SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5: encryption.customerKeyMd5 };
  }
  return {
    ServerSideEncryption: encryption.algorithm,
    SSEKMSKeyId: encryption.kmsKeyArn,
    BucketKeyEnabled: encryption.bucketKeyEnabled === true ? true : undefined,
  };
}

/** Uses the key as the caller, as S3 does. Gives the key's ARN. */
function useKey(
  context: KeyUser,
  bucket: Bucket,
  key: string,
  encryption: ObjectEncryption,
  action: "kms:GenerateDataKey" | "kms:Decrypt",
): string {
  const { principal, world } = context;
  if (context.globalConditionKeys["s3:signatureversion"] === "AWS") throw kmsNeedsVersion4();
  const ownContext = parsedEncryptionContext(encryption.encryptionContext);
  return world.kms.useKey({
    principal,
    keyId: encryption.kmsKeyArn ?? "",
    region: bucket.region,
    accountId: principal.accountId ?? bucket.accountId,
    action,
    encryptionContext: {
      ...ownContext,
      "aws:s3:arn": encryption.bucketKeyEnabled === true ? bucket.arn : `${bucket.arn}/${key}`,
    },
    viaService: `s3.${bucket.region}.amazonaws.com`,
  }).keyArn;
}

/** The text is seen on AWS (boto3 issue 2680). */
function kmsNeedsVersion4(): Error {
  return invalidArgument(
    "Authorization",
    "null",
    "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
  );
}

function parsedEncryptionContext(header: string | undefined): Record<string, string> {
  if (header === undefined) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(header, "base64").toString("utf8"));
  } catch {
    throw badEncryptionContext(header);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw badEncryptionContext(header);
  }
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
}

/** The text is assumed. */
function badEncryptionContext(header: string): Error {
  return invalidArgument(
    "x-amz-server-side-encryption-context",
    header,
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
  );
}

/** MD5 of the customer's key, or undefined when the request brings none. */
function checkedCustomerKey(context: KeyUser, input: CustomerKeyHeaders): string | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input;
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  // Whatever is wrong, AWS names the header that the request does not have (recorded).
  const name = "x-amz-server-side-encryption";
  const reject = (text: string): Error =>
    invalidArgument(
      name,
      "null",
      `Requests specifying Server Side Encryption with Customer provided keys must ${text}`,
    );
  if (!context.world.settings.presentsTls && context.http !== undefined) {
    throw invalidRequest(
      "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.",
    );
  }
  if (algorithm === undefined) throw reject("provide a valid encryption algorithm.");
  if (algorithm !== "AES256") throw invalidEncryptionAlgorithm(name, algorithm);
  if (key === undefined) throw reject("provide an appropriate secret key.");
  if (md5 === undefined) throw reject("provide the client calculated MD5 of the secret key.");
  const bytes = Buffer.from(key, "base64");
  if (createHash("md5").update(bytes).digest("base64") !== md5) {
    throw invalidArgument(
      name,
      "null",
      "The calculated MD5 hash of the key did not match the hash that was provided.",
    );
  }
  if (bytes.length !== CUSTOMER_KEY_BYTES) {
    throw invalidArgument(name, "null", "The secret key was invalid for the specified algorithm.");
  }
  return md5;
}
