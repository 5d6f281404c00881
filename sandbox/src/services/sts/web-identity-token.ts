import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import type { JsonWebKeySet } from "../../world/settings";
import * as errors from "./errors";

/** What of an ID token AWS looks at. */
export interface IdentityClaims {
  readonly iss: string;
  readonly sub: string;
  /** `azp` where the token has one, which AWS takes for the audience then. */
  readonly aud: string;
  /** The `aud` of a token that has `azp`. */
  readonly oaud?: string;
  readonly amr?: readonly string[];
  readonly expiresEpochSeconds: number;
  readonly sourceIdentity?: string;
}

/** Signature algorithms that AWS takes, with their digest. Source: STS API reference, AssumeRoleWithWebIdentity. */
const DIGESTS: Readonly<Record<string, string>> = {
  RS256: "sha256",
  RS384: "sha384",
  RS512: "sha512",
  ES256: "sha256",
  ES384: "sha384",
  ES512: "sha512",
};

interface Header {
  readonly alg: string;
  readonly kid?: string;
}

/** An ID token in its parts, of which nothing is verified yet. */
export interface ReadToken {
  readonly claims: IdentityClaims;
  readonly header: Header;
  /** What is signed. */
  readonly content: string;
  readonly signature: Buffer;
}

/** @throws AwsError InvalidIdentityToken where it is none, or lacks what AWS asks of it */
export function readToken(text: string): ReadToken {
  const parts = text.split(".");
  const [header, payload] = parts.slice(0, 2).map(jsonOf);
  const [first, second, signature = ""] = parts;
  const alg = header?.["alg"];
  if (parts.length !== 3 || payload === undefined || typeof alg !== "string" || !(alg in DIGESTS)) {
    throw errors.notAJsonWebToken();
  }
  const kid = header?.["kid"];
  return {
    header: { alg, ...(typeof kid === "string" && { kid }) },
    claims: claimsOf(payload),
    content: `${first ?? ""}.${second ?? ""}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

function claimsOf(payload: Readonly<Record<string, unknown>>): IdentityClaims {
  const text = (name: string): string => {
    const value = payload[name];
    if (typeof value !== "string" || value === "") throw errors.missingClaim(name);
    return value;
  };
  const expires = payload["exp"];
  if (typeof expires !== "number") throw errors.missingClaim("exp");
  const [audience] = [payload["aud"]].flat() as unknown[];
  const authorized = payload["azp"];
  if (typeof audience !== "string") throw errors.missingClaim("aud");
  if ("https://aws.amazon.com/tags" in payload) {
    throw errors.notImplemented("session tags in the token of AssumeRoleWithWebIdentity");
  }
  const amr = payload["amr"];
  const sourceIdentity = payload["https://aws.amazon.com/source_identity"];
  return {
    iss: text("iss"),
    sub: text("sub"),
    aud: typeof authorized === "string" ? authorized : audience,
    ...(typeof authorized === "string" && { oaud: audience }),
    ...(Array.isArray(amr) && { amr: amr.map(String) }),
    expiresEpochSeconds: expires,
    ...(typeof sourceIdentity === "string" && { sourceIdentity }),
  };
}

/** @throws AwsError InvalidIdentityToken where no key of the provider is known, or the signature is of none */
export function verifySignature(token: ReadToken, keySet: JsonWebKeySet | undefined): void {
  const { alg, kid } = token.header;
  const key = keySet?.keys.find((one) => kid === undefined || one["kid"] === kid);
  if (key === undefined) throw errors.noVerificationKey();
  if (!isSignedBy(key, alg, token)) throw errors.wrongTokenSignature();
}

function isSignedBy(key: JsonWebKey, alg: string, { content, signature }: ReadToken): boolean {
  const wanted = alg.startsWith("RS") ? "RSA" : "EC";
  if (key.kty !== wanted) return false;
  return verify(
    DIGESTS[alg],
    Buffer.from(content),
    { key: createPublicKey({ key, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    signature,
  );
}

function jsonOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    // Not a part of a token.
    return undefined;
  }
}
