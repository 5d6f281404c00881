import { createHmac } from "node:crypto";
import type { Principal } from "../../authorization/model";
import type { World } from "../../world/world";
import { parseBasicTime } from "../basic-time";
import { ANONYMOUS, checkToken, hexBytes, sameText } from "../sigv4";
import type { Authentication } from "../sigv4";
import { hmacHex, type SigningKeys } from "../signing-key";
import { takesVersion2, unsupportedMechanism } from "../signature-errors";
import { signingTimes } from "../signing-times";
import * as wire from "../wire-errors";
import * as errors from "./errors";
import type { FormUpload } from "./form-upload";
import { checkPostPolicy, parsePostPolicy } from "./post-policy";

/** What of the world a form upload is judged by. */
export interface FormTarget {
  readonly bucketName: string;
  /** Region of the bucket; undefined when there is none of that name. */
  readonly region?: string;
}

/** In the order in which S3 misses them, by the name that it misses them under (recorded). */
const VERSION_4_FIELDS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Signature",
  "Policy",
] as const;
const VERSION_2_FIELDS = ["AWSAccessKeyId", "Signature", "Policy"] as const;

/** A signing key of Version 4 is good for seven days. */
const MAXIMUM_AGE_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Verifies the signature over the policy, then holds the form against the policy. A form without a signature is
 * anonymous.
 * @throws AwsError
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export function authenticateForm(
  world: World,
  keys: SigningKeys,
  upload: FormUpload,
  target: FormTarget,
): Authentication {
  const signed = signatureOf(world, keys, upload, target);
  if (signed === undefined) return { principal: ANONYMOUS, presigned: false };
  const policy = parsePostPolicy(upload.values.get("policy") ?? "");
  const values = new Map(upload.values).set("bucket", target.bucketName);
  checkPostPolicy(
    policy,
    { values, names: upload.names, sizeBytes: upload.file.body.length },
    Math.min(...signingTimes(world)),
  );
  return { ...signed, presigned: false, isForm: true };
}

interface SignedForm {
  readonly principal: Principal;
  readonly signatureVersion?: "AWS";
  readonly signatureAgeMs?: number;
}

function signatureOf(
  world: World,
  keys: SigningKeys,
  upload: FormUpload,
  target: FormTarget,
): SignedForm | undefined {
  const has = (name: string): boolean => upload.values.has(name.toLowerCase());
  const isSigned = (names: readonly string[]): boolean =>
    names.some((name) => name !== "Policy" && has(name));
  const require = (names: readonly string[]): void => {
    const absent = names.find((name) => !has(name));
    if (absent !== undefined) throw errors.missingField(absent);
  };
  if (isSigned(VERSION_4_FIELDS)) {
    require(VERSION_4_FIELDS);
    return verifyVersion4(world, keys, upload, target);
  }
  if (isSigned(VERSION_2_FIELDS)) {
    require(VERSION_2_FIELDS);
    return verifyVersion2(world, upload, target);
  }
  return undefined;
}

function verifyVersion4(
  world: World,
  keys: SigningKeys,
  upload: FormUpload,
  target: FormTarget,
): SignedForm {
  const value = (name: string): string => upload.values.get(name) ?? "";
  const algorithm = value("x-amz-algorithm");
  if (algorithm !== "AWS4-HMAC-SHA256") throw errors.unknownAlgorithm(algorithm);
  const signedEpochMs = parseBasicTime(value("x-amz-date"));
  if (signedEpochMs === undefined) throw errors.malformedDate(value("x-amz-date"));
  const scope = checkedScope(value("x-amz-credential"), target.region);
  const credential = credentialOf(world, upload, scope.accessKeyId);
  const policy = value("policy");
  const key = keys.key(credential.secretAccessKey, scope.date, scope.region, "s3");
  checkSignature(scope.accessKeyId, policy, hmacHex(key, policy), value("x-amz-signature"));
  const signatureAgeMs = Math.min(...signingTimes(world)) - signedEpochMs;
  // What is answered to an older one is assumed.
  if (signatureAgeMs > MAXIMUM_AGE_MS) throw errors.policyExpired();
  const { principal } = credential;
  return { principal, signatureAgeMs };
}

function verifyVersion2(world: World, upload: FormUpload, target: FormTarget): SignedForm {
  if (target.region !== undefined && !takesVersion2(target.region)) {
    throw unsupportedMechanism();
  }
  const accessKeyId = upload.values.get("awsaccesskeyid") ?? "";
  const { principal, secretAccessKey } = credentialOf(world, upload, accessKeyId);
  const policy = upload.values.get("policy") ?? "";
  const computed = createHmac("sha1", secretAccessKey).update(policy).digest("base64");
  checkSignature(accessKeyId, policy, computed, upload.values.get("signature") ?? "");
  return { principal, signatureVersion: "AWS" };
}

function credentialOf(world: World, upload: FormUpload, accessKeyId: string) {
  const credential = world.iam.credential(accessKeyId);
  if (credential === undefined) throw wire.unknownAccessKey("s3", accessKeyId);
  const token = upload.values.get("x-amz-security-token");
  checkToken("s3", credential, token, accessKeyId, world.clock.nowEpochMs());
  return credential;
}

/** @throws AwsError InvalidArgument */
function checkedScope(
  credential: string,
  expectedRegion: string | undefined,
): { accessKeyId: string; date: string; region: string } {
  const parts = credential.split("/");
  const [accessKeyId = "", date = "", region = "", service = "", terminal = ""] = parts;
  const malformed = (reason: string) => errors.malformedCredential(credential, reason);
  if (parts.length !== 5) {
    throw malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (accessKeyId === "") {
    throw malformed("a non-empty Access Key (AKID) must be provided in the credential.");
  }
  if (!/^\d{8}$/.test(date)) {
    throw malformed(
      `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`,
    );
  }
  if (service !== "s3") {
    throw malformed(`incorrect service "${service}". This endpoint belongs to "s3".`);
  }
  if (terminal !== "aws4_request") {
    throw malformed(`incorrect terminal "${terminal}". This endpoint uses "aws4_request".`);
  }
  if (expectedRegion !== undefined && region !== expectedRegion) {
    throw errors.wrongRegion(credential, region, expectedRegion);
  }
  return { accessKeyId, date, region };
}

/** @throws AwsError SignatureDoesNotMatch */
function checkSignature(
  accessKeyId: string,
  policy: string,
  computed: string,
  given: string,
): void {
  if (sameText(computed, given)) return;
  throw wire.signatureDoesNotMatch("s3", {
    AWSAccessKeyId: accessKeyId,
    StringToSign: policy,
    SignatureProvided: given,
    StringToSignBytes: hexBytes(policy),
  });
}
