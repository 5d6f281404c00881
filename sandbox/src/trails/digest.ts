import { createHash } from "node:crypto";
import { keyPrefix } from "../services/cloudtrail/trail-destination";
import type { DigestKey } from "../services/cloudtrail/digest-keys";
import type { Trail } from "../services/cloudtrail/model";
import { eventTime, folderOf } from "./record";

/** A log file as a digest lists it. */
export interface DeliveredLog {
  readonly s3Bucket: string;
  readonly s3Object: string;
  /** SHA-256 of the uncompressed content, hexadecimal. */
  readonly hashValue: string;
  readonly hashAlgorithm: "SHA-256";
  readonly newestEventTime: string;
  readonly oldestEventTime: string;
}

/** What the next digest says of the one before it. */
export interface DigestLink {
  readonly bucket: string;
  readonly key: string;
  readonly hash: string;
  readonly signature: string;
}

/** A digest that is ready to be delivered. */
export interface SignedDigest {
  readonly key: string;
  readonly text: string;
  readonly signature: string;
  /** For the next one. */
  readonly link: DigestLink;
}

export const DIGEST_ALGORITHM = "SHA256withRSA";

/**
 * The files that were delivered between two moments, and a link to the digest before.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function signedDigest(
  trail: Pick<Trail, "accountId" | "bucketName" | "homeRegion" | "name" | "prefix">,
  region: string,
  span: { readonly startEpochMs: number; readonly endEpochMs: number },
  files: readonly DeliveredLog[],
  previous: DigestLink | undefined,
  signingKey: DigestKey,
): SignedDigest {
  const key = digestKeyName(trail, region, span.endEpochMs);
  const endTime = eventTime(span.endEpochMs);
  const times = files.flatMap((file) => [file.oldestEventTime, file.newestEventTime]).sort();
  const text = JSON.stringify({
    awsAccountId: trail.accountId,
    digestStartTime: eventTime(span.startEpochMs),
    digestEndTime: endTime,
    digestS3Bucket: trail.bucketName,
    digestS3Object: key,
    digestPublicKeyFingerprint: signingKey.fingerprint,
    digestSignatureAlgorithm: DIGEST_ALGORITHM,
    newestEventTime: times.at(-1) ?? null,
    oldestEventTime: times[0] ?? null,
    previousDigestS3Bucket: previous?.bucket ?? null,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous?.hash ?? null,
    previousDigestHashAlgorithm: previous === undefined ? null : "SHA-256",
    previousDigestSignature: previous?.signature ?? null,
    logFiles: files,
  });
  const hash = sha256Hex(text);
  const signature = signingKey.sign(
    dataToSign(endTime, `${trail.bucketName}/${key}`, hash, previous?.signature),
  );
  return { key, text, signature, link: { bucket: trail.bucketName, key, hash, signature } };
}

/**
 * Without a digest before it the last line is the word `null`, as the AWS CLI makes it too.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */
function dataToSign(
  endTime: string,
  path: string,
  hash: string,
  previousSignature: string | undefined,
): string {
  return [endTime, path, hash, previousSignature ?? "null"].join("\n");
}

function digestKeyName(
  trail: Pick<Trail, "accountId" | "homeRegion" | "name" | "prefix">,
  region: string,
  endEpochMs: number,
): string {
  const { accountId, homeRegion, name } = trail;
  const end = eventTime(endEpochMs);
  const file = `${accountId}_CloudTrail-Digest_${region}_${name}_${homeRegion}_${end.replace(/[-:]/g, "")}.json.gz`;
  return `${keyPrefix(trail)}AWSLogs/${accountId}/CloudTrail-Digest/${region}/${folderOf(end)}/${file}`;
}

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
