import { createHash, createPublicKey, verify } from "node:crypto";
import { ListPublicKeysCommand, type CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { S3Client } from "@aws-sdk/client-s3";
import { filesIn, type DeliveredFile } from "./trail-files";

/*
 * A validation of its own, by AWS's description and without the sandbox's code.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */

export interface Digest {
  readonly awsAccountId: string;
  readonly digestStartTime: string;
  readonly digestEndTime: string;
  readonly digestS3Bucket: string;
  readonly digestS3Object: string;
  readonly digestPublicKeyFingerprint: string;
  readonly digestSignatureAlgorithm: string;
  readonly newestEventTime: string | null;
  readonly oldestEventTime: string | null;
  readonly previousDigestS3Bucket: string | null;
  readonly previousDigestS3Object: string | null;
  readonly previousDigestHashValue: string | null;
  readonly previousDigestHashAlgorithm: string | null;
  readonly previousDigestSignature: string | null;
  readonly logFiles: readonly {
    readonly s3Bucket: string;
    readonly s3Object: string;
    readonly hashValue: string;
    readonly hashAlgorithm: string;
    readonly newestEventTime: string;
    readonly oldestEventTime: string;
  }[];
}

export interface Validation {
  readonly digests: readonly Digest[];
  /** What is wrong, with the file's name. */
  readonly mistakes: readonly string[];
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Follows the digests of a bucket back from the newest one to the start of its chain. */
export async function validate(
  cloudtrail: CloudTrailClient,
  s3: S3Client,
  bucket: string,
): Promise<Validation> {
  const files = await filesIn(s3, bucket, "CloudTrail-Digest");
  const logs = new Map((await filesIn(s3, bucket, "CloudTrail")).map((one) => [one.key, one]));
  const byKey = new Map(files.map((file) => [file.key, file]));
  const mistakes: string[] = [];
  const digests: Digest[] = [];
  let key = files.at(-1)?.key ?? null;
  let signature = files.at(-1)?.metadata["signature"] ?? null;
  let hash: string | null = null;
  while (key !== null) {
    const file = byKey.get(key);
    if (file === undefined) {
      mistakes.push(`${key}: not found`);
      break;
    }
    if (hash !== null && sha256(file.text) !== hash) mistakes.push(`${key}: other hash`);
    const digest = JSON.parse(file.text) as Digest;
    digests.unshift(digest);
    if (!(await isSigned(cloudtrail, bucket, file, digest, signature ?? ""))) {
      mistakes.push(`${key}: invalid signature`);
    }
    for (const log of digest.logFiles) {
      const found = logs.get(log.s3Object);
      if (found === undefined) mistakes.push(`${log.s3Object}: not found`);
      else if (sha256(found.text) !== log.hashValue) mistakes.push(`${log.s3Object}: changed`);
    }
    key = digest.previousDigestS3Object;
    signature = digest.previousDigestSignature;
    hash = digest.previousDigestHashValue;
  }
  return { digests, mistakes };
}

async function isSigned(
  cloudtrail: CloudTrailClient,
  bucket: string,
  file: DeliveredFile,
  digest: Digest,
  signature: string,
): Promise<boolean> {
  if (digest.digestS3Bucket !== bucket || digest.digestS3Object !== file.key) return false;
  const { PublicKeyList = [] } = await cloudtrail.send(
    new ListPublicKeysCommand({
      StartTime: new Date(digest.digestStartTime),
      EndTime: new Date(digest.digestEndTime),
    }),
  );
  const listed = PublicKeyList.find(
    ({ Fingerprint }) => Fingerprint === digest.digestPublicKeyFingerprint,
  );
  if (listed?.Value === undefined) return false;
  const key = createPublicKey({ key: Buffer.from(listed.Value), format: "der", type: "pkcs1" });
  const dataToSign = [
    digest.digestEndTime,
    `${digest.digestS3Bucket}/${digest.digestS3Object}`,
    sha256(file.text),
    digest.previousDigestSignature ?? "null",
  ].join("\n");
  return verify("RSA-SHA256", Buffer.from(dataToSign), key, Buffer.from(signature, "hex"));
}
