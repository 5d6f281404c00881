import type { KeySpec, KeyUsageType, SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import * as errors from "./errors";

/** What keys of a spec can do here; algorithms in the order in which KMS lists them. */
interface SpecFacts {
  readonly usage: KeyUsageType;
  readonly signingAlgorithms: readonly SigningAlgorithmSpec[];
  /** Usages that AWS has for the spec and the sandbox has not. */
  readonly missingUsages: readonly KeyUsageType[];
}

const RSA: SpecFacts = {
  usage: "SIGN_VERIFY",
  signingAlgorithms: [
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
  ],
  missingUsages: ["ENCRYPT_DECRYPT"],
};

function ecc(
  signingAlgorithms: readonly SigningAlgorithmSpec[],
  missingUsages: readonly KeyUsageType[],
): SpecFacts {
  return { usage: "SIGN_VERIFY", signingAlgorithms, missingUsages };
}

/**
 * The specs of keys that the sandbox makes.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (KeyUsage)
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
 */
const SPECS: Readonly<Partial<Record<KeySpec, SpecFacts>>> = {
  SYMMETRIC_DEFAULT: { usage: "ENCRYPT_DECRYPT", signingAlgorithms: [], missingUsages: [] },
  RSA_2048: RSA,
  RSA_3072: RSA,
  RSA_4096: RSA,
  ECC_NIST_P256: ecc(["ECDSA_SHA_256"], ["KEY_AGREEMENT"]),
  ECC_NIST_P384: ecc(["ECDSA_SHA_384"], ["KEY_AGREEMENT"]),
  ECC_NIST_P521: ecc(["ECDSA_SHA_512"], ["KEY_AGREEMENT"]),
  ECC_SECG_P256K1: ecc(["ECDSA_SHA_256"], []),
  ECC_NIST_EDWARDS25519: ecc(["ED25519_SHA_512", "ED25519_PH_SHA_512"], []),
};

/** The algorithms that keys of a spec sign with. */
export function signingAlgorithmsOf(spec: KeySpec): readonly SigningAlgorithmSpec[] {
  return SPECS[spec]?.signingAlgorithms ?? [];
}

/**
 * The usage of a new key. Only symmetric keys may leave it out.
 * @throws AwsError ValidationException; NotImplemented for what the sandbox has no cryptography for
 */
export function checkedUsage(spec: KeySpec, asked: KeyUsageType | undefined): KeyUsageType {
  const facts = SPECS[spec];
  if (facts === undefined) throw errors.notImplemented(`keys of the spec ${spec}`);
  if (asked === undefined) {
    if (spec === "SYMMETRIC_DEFAULT") return facts.usage;
    throw errors.usageRequired();
  }
  if (asked === facts.usage) return asked;
  if (facts.missingUsages.includes(asked)) {
    throw errors.notImplemented(`keys of the spec ${spec} for ${asked}`);
  }
  throw errors.incompatibleUsage(asked, spec);
}
