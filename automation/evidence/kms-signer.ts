/**
 * Signs with a key of KMS, which never leaves it: `ECC_NIST_P256` for `SIGN_VERIFY`. KMS is given the digest, so that a statement may be
 * of any size, and answers DER (RFC 3279) whose `s` may be either of two.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
 */

import { createHash, createPublicKey } from "node:crypto";
import {
  GetPublicKeyCommand,
  SignCommand,
  type GetPublicKeyCommandOutput,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { awsFailure, LockstepError } from "../errors";
import type { Signer } from "./envelope";
import { keyIdOf } from "./key";

/** A signer with the public key of its key, as PEM, for whoever checks. */
export interface KmsSigner extends Signer {
  readonly publicPem: string;
}

/**
 * Asks for the public key; `kms:GetPublicKey` and `kms:Sign` are needed.
 * @param keyArn of the key
 * @throws LockstepError `EvidenceUnreadable` for a key of another kind
 */
export async function kmsSigner(
  kms: KMSClient,
  keyArn: string,
  signal: AbortSignal,
): Promise<KmsSigner> {
  const { KeyId = keyArn, KeySpec, KeyUsage, PublicKey } = await askForKey(kms, keyArn, signal);
  if (KeySpec !== "ECC_NIST_P256" || KeyUsage !== "SIGN_VERIFY" || PublicKey === undefined) {
    throw cannotSign(keyArn, `it is ${KeySpec ?? "no spec"} for ${KeyUsage ?? "nothing"}`);
  }
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  return {
    keyId: keyIdOf(publicKey),
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: async (message) => {
      const { Signature } = await kms.send(
        new SignCommand({
          // The key itself, whatever an alias names by then.
          KeyId,
          Message: createHash("sha256").update(message).digest(),
          MessageType: "DIGEST",
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
        { abortSignal: signal },
      );
      return Buffer.from(Signature ?? []);
    },
  };
}

/** What KMS says of keys that have no public key, are not there, or cannot be used as they are. */
const UNUSABLE_CODES: ReadonlySet<string> = new Set([
  "DisabledException",
  "InvalidKeyUsageException",
  "KMSInvalidStateException",
  "NotFoundException",
  "UnsupportedOperationException",
]);

async function askForKey(
  kms: KMSClient,
  keyArn: string,
  signal: AbortSignal,
): Promise<GetPublicKeyCommandOutput> {
  try {
    return await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }), { abortSignal: signal });
  } catch (error) {
    const failure = awsFailure(error);
    if (failure === undefined || !UNUSABLE_CODES.has(failure.code)) throw error;
    throw cannotSign(keyArn, `${failure.code}: ${failure.message}`, error);
  }
}

function cannotSign(keyArn: string, why: string, cause?: unknown): LockstepError {
  return new LockstepError("EvidenceUnreadable", `${keyArn} cannot sign evidence: ${why}.`, {
    hint: "Make a key with the spec ECC_NIST_P256 and the usage SIGN_VERIFY.",
    cause,
  });
}
