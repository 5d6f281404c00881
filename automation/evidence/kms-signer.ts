/**
 * Signs with a key of KMS, which never leaves it: `ECC_NIST_P256` for `SIGN_VERIFY`. KMS is given the digest, so that a statement may be
 * of any size, and answers DER (RFC 3279) whose `s` may be either of two.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
 */

import { createHash, createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, SignCommand, type KMSClient } from "@aws-sdk/client-kms";
import { LockstepError } from "../errors";
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
  const { KeySpec, KeyUsage, PublicKey } = await kms.send(
    new GetPublicKeyCommand({ KeyId: keyArn }),
    { abortSignal: signal },
  );
  if (KeySpec !== "ECC_NIST_P256" || KeyUsage !== "SIGN_VERIFY" || PublicKey === undefined) {
    const found = `${KeySpec ?? "no spec"} for ${KeyUsage ?? "nothing"}`;
    throw new LockstepError(
      "EvidenceUnreadable",
      `${keyArn} cannot sign evidence: it is ${found}.`,
      {
        hint: "Make a key with the spec ECC_NIST_P256 and the usage SIGN_VERIFY.",
      },
    );
  }
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  return {
    keyId: keyIdOf(publicKey),
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: async (message) => {
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: keyArn,
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
