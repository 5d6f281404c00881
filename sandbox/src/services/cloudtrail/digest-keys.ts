import {
  createHash,
  generateKeyPairSync,
  sign,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from "node:crypto";
import type { Clock } from "../../time/clock";

const MODULUS_BITS = 2048;
const HOUR_MS = 3_600_000;
/** Longer than any test moves the clock: keys are not rotated here. */
const VALIDITY_MS = 50 * 365 * 24 * HOUR_MS;

/** A key pair with which the digests of a Region are signed. */
export interface DigestKey {
  /** PKCS #1, DER. */
  readonly publicKeyDer: Buffer;
  readonly fingerprint: string;
  readonly validFromEpochMs: number;
  readonly validUntilEpochMs: number;
  /** Hexadecimal. */
  sign(text: string): string;
}

/**
 * "CloudTrail uses different private/public key pairs per region." A pair is made when it is first asked for; its primes
 * are OpenSSL's own choice, as those of RSA keys in KMS are.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */
export class DigestKeys {
  private readonly byRegion = new Map<string, DigestKey>();
  private readonly validFromEpochMs: number;

  constructor(clock: Clock) {
    // No digest is older than the world; the hour before it lets ranges begin where a clock was set back a little.
    this.validFromEpochMs = clock.nowEpochMs() - HOUR_MS;
  }

  keyOf(region: string): DigestKey {
    let key = this.byRegion.get(region);
    if (key === undefined) {
      const pair = generateKeyPairSync("rsa", { modulusLength: MODULUS_BITS });
      key = this.made(pair);
      this.byRegion.set(region, key);
    }
    return key;
  }

  private made({ privateKey, publicKey }: KeyPairKeyObjectResult): DigestKey {
    const publicKeyDer = publicKey.export({ type: "pkcs1", format: "der" });
    return {
      publicKeyDer,
      // How AWS makes its 32 hexadecimal digits is not told: assumed, and nobody has to know.
      fingerprint: createHash("md5").update(publicKeyDer).digest("hex"),
      validFromEpochMs: this.validFromEpochMs,
      validUntilEpochMs: this.validFromEpochMs + VALIDITY_MS,
      sign: (text) => signed(privateKey, text),
    };
  }
}

function signed(privateKey: KeyObject, text: string): string {
  return sign("sha256", Buffer.from(text), privateKey).toString("hex");
}
