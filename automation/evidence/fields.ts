/** What events say of evidence. */

import type { EvidenceProblemCode } from "./evidence-problem";
import type { ToldAttempt } from "./facts";
import type { HeldRegulation } from "./regulation-rows";
import type { EvidenceSource, PreviousFields, TreeFields } from "./statement";
import type { TrailFacts } from "../trail/fields";
import type { EvidenceVerdict } from "./verdict";

/** A new pair of keys. */
export interface EvidenceKeyFields {
  /** Path of the private key, PKCS#8: whoever has it signs in its owner's name. */
  readonly privateKey: string;
  /** Path of the public key, for whoever checks. */
  readonly publicKey: string;
  /** SHA-256 in hex of the public key's DER. */
  readonly keyId: string;
}

/** A bundle that is kept beside a vault. */
export interface KeptEvidence {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** The operations bucket beside it. */
  readonly bucket: string;
  /** As in `evidence/prod/20261130T060000000Z-000002-0123456789abcdef.tar`. */
  readonly key: string;
  /** S3's. Absent where it told none. */
  readonly versionId?: string;
  /** Object Lock's word. Absent where it is not locked. */
  readonly lockMode?: string;
  /** ISO 8601. Absent where it is not locked. */
  readonly lockedUntil?: string;
}

/** A bundle that was written. */
export interface EvidenceWrittenFields {
  /** Absolute. */
  readonly path: string;
  /** Of the file. */
  readonly sizeBytes: number;
  /** SHA-256 in hex of the signer's public key. */
  readonly keyId: string;
  /** SHA-256 in hex of what was signed: by it the next bundle names this one. */
  readonly statementDigest: string;
  /** Which review of its chain it is, from 1 on. */
  readonly sequence: number;
  /** The verdict in it. */
  readonly clean: boolean;
  /** Lines of this review: one for each version at each vault. */
  readonly lineCount: number;
  /** What it does not prove, in words. */
  readonly notProven: readonly string[];
  /** Where it is kept too, beside vaults. */
  readonly kept: readonly KeptEvidence[];
}

/** What a check of a bundle, or of single lines of one, came to. */
export interface EvidenceFields {
  /** Signed by the holder of the key, and all that follows from it is what was signed. */
  readonly sound: boolean;
  /** The first thing that is wrong; nothing that the file says counts then. Absent where it is sound. */
  readonly problem?: {
    /** What it is about. */
    readonly code: EvidenceProblemCode;
    /** In words. */
    readonly message: string;
  };
  /** SHA-256 in hex of the signer's public key. This and what follows is absent where the bundle is not sound. */
  readonly keyId?: string;
  /** SHA-256 in hex of what was signed. */
  readonly statementDigest?: string;
  /** The stack's short name. The signer's word. */
  readonly stack?: string;
  /** ISO 8601, by the signer's clock. The signer's word. */
  readonly madeAt?: string;
  /** Which review of its chain it is, from 1 on. */
  readonly sequence?: number;
  /** The review before it; null for the first of a chain. */
  readonly previous?: PreviousFields | null;
  /** It was held against the bundle before it, and follows it. */
  readonly isFollowing?: boolean;
  /** The lines of the chain. */
  readonly tree?: TreeFields;
  /** What was promised, in the order of the config. Absent with single lines. */
  readonly sources?: readonly EvidenceSource[];
  /** Made of the lines anew. Absent with single lines. */
  readonly verdict?: EvidenceVerdict;
  /** What was tried that has to be refused: the signer's word. Absent with single lines. */
  readonly attempts?: readonly ToldAttempt[];
  /** What it does not prove, in words. The signer's word. */
  readonly notProven?: readonly string[];
  /**
   * What became of looking for events of attempts in a trail: those that are `signed` are in log files that the keys of the digests have signed
   * for. That those keys are CloudTrail's is the signer's word. Absent where nobody looked, and with single lines.
   */
  readonly trail?: TrailFacts;
  /** Versions, by name. The signer's word. */
  readonly tools?: Readonly<Record<string, string>>;
  /** What rules ask, and what in a bundle speaks to it. Absent with single lines. */
  readonly regulations?: readonly HeldRegulation[];
  /** What it means to a reader, in words. */
  readonly meaning: readonly string[];
}

/** One line of a bundle, which is shown to be in it without the others. */
export interface EvidenceLineFields {
  /** The line as it is in the bundle. */
  readonly line: string;
  /** Its place in the tree, from 0 on, over all reviews of the chain. */
  readonly index: number;
  /** The hashes beside it on the way to the root, in hex, from the lowest on (RFC 6962, section 2.1.1). */
  readonly path: readonly string[];
}
