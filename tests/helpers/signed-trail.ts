/**
 * Digests and log files as CloudTrail makes them, signed with keys of our own.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */

import { createHash, generateKeyPairSync, sign } from "node:crypto";
import type { SoughtAttempt } from "../../automation/trail/fields";
import type { WishedTrail } from "./evidence-bundles";
import type { DigestFile } from "../../automation/trail/verify-digest";

const PAIR = generateKeyPairSync("rsa", { modulusLength: 2048 });
/** Somebody else's. */
export const OTHER_PAIR = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const derOf = ({ publicKey }: typeof PAIR) =>
  publicKey.export({ type: "pkcs1", format: "der" });
export const KEY = { fingerprint: "31e8b5433410dfb61a9dc45cc65b22ff", der: derOf(PAIR) };
const hex = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

export const BUCKET = "logs";
export const digestKey = (hour: string) =>
  `AWSLogs/222222222222/CloudTrail-Digest/eu-central-1/2026/11/30/222222222222_CloudTrail-Digest_eu-central-1_audit_eu-west-1_20261130T${hour}0000Z.json.gz`;

export interface MadeDigest {
  readonly hour?: string;
  readonly logs?: readonly { readonly key: string; readonly text: string | Uint8Array }[];
  readonly previous?: DigestFile;
  readonly change?: object;
  readonly by?: typeof PAIR;
}

/** As CloudTrail makes one. */
export function digest({
  by = PAIR,
  change,
  hour = "09",
  logs = [],
  previous,
}: MadeDigest = {}): DigestFile {
  const key = digestKey(hour);
  const content = {
    awsAccountId: "222222222222",
    digestStartTime: "2026-11-30T08:00:00Z",
    digestEndTime: `2026-11-30T${hour}:00:00Z`,
    digestS3Bucket: BUCKET,
    digestS3Object: key,
    digestPublicKeyFingerprint: KEY.fingerprint,
    digestSignatureAlgorithm: "SHA256withRSA",
    newestEventTime: null,
    oldestEventTime: null,
    previousDigestS3Bucket: previous === undefined ? null : BUCKET,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous === undefined ? null : hex(previous.bytes),
    previousDigestHashAlgorithm: previous === undefined ? null : "SHA-256",
    previousDigestSignature: previous?.signature ?? null,
    logFiles: logs.map((log) => ({
      s3Bucket: BUCKET,
      s3Object: log.key,
      hashValue: hex(log.text),
      hashAlgorithm: "SHA-256",
      newestEventTime: "2026-11-30T08:30:00Z",
      oldestEventTime: "2026-11-30T08:00:00Z",
    })),
    ...change,
  };
  const bytes = Buffer.from(JSON.stringify(content));
  const signed = [
    content.digestEndTime,
    `${content.digestS3Bucket}/${content.digestS3Object}`,
    hex(bytes),
    content.previousDigestSignature ?? "null",
  ].join("\n");
  const signature = sign("sha256", Buffer.from(signed), by.privateKey).toString("hex");
  return { bucket: BUCKET, key, bytes, signature, signatureAlgorithm: "SHA256withRSA" };
}

export const SOUGHT: SoughtAttempt = {
  vault: "primary",
  attempt: "delete",
  principal: "arn:aws:sts::222222222222:assumed-role/ops/lockstep",
  target: "arn:aws:s3:::vault/a/lockstep-canary/x.json",
  versionId: "v1",
  outcome: "refused",
  code: "AccessDenied",
  requestId: "ABCDEF",
  date: "2026-11-30T08:20:00.000Z",
};

export const EVENT = {
  eventTime: "2026-11-30T08:20:01Z",
  eventSource: "s3.amazonaws.com",
  eventName: "DeleteObject",
  requestID: "ABCDEF",
  eventID: "e-1",
  errorCode: "AccessDenied",
  errorMessage: "Access Denied because object protected by object lock.",
  userIdentity: { type: "AssumedRole", arn: SOUGHT.principal },
  requestParameters: { bucketName: "vault", key: "a/lockstep-canary/x.json", versionId: "v1" },
};

export const logOf = (...records: unknown[]) => JSON.stringify({ Records: records });

/** An event that is signed, and one whose digest has not come. */
export function signedTrail(digestOf: MadeDigest = {}): WishedTrail {
  const text = logOf({ requestID: "OTHER" }, EVENT);
  const logs = [{ key: "a.json.gz", text }];
  const { bytes, signature } = digest({ previous: digest({ hour: "08" }), ...digestOf, logs });
  const [file, log] = ["trail/digests/0001.json", "trail/logs/0002.json"];
  const publicKey = KEY.der.toString("base64");
  const region = "eu-central-1";
  return {
    facts: {
      trails: ["arn:aws:cloudtrail:eu-west-1:222222222222:trail/audit"],
      digests: [{ file, signature, region, fingerprint: KEY.fingerprint, publicKey }],
      events: [
        {
          sought: SOUGHT,
          outcome: "signed",
          says: "It is there.",
          digest: file,
          log,
          event: EVENT,
        },
        { sought: { ...SOUGHT, requestId: "GHIJKL" }, outcome: "not-yet", says: "Too early." },
      ],
    },
    files: new Map([
      [file, bytes],
      [log, Buffer.from(text)],
    ]),
  };
}
