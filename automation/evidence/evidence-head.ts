/** The beginning of a bundle: who signed it, and what for, before anything else of it is read. */

import { createHash, type KeyObject } from "node:crypto";
import { requireWhole } from "./bundle-reader";
import { BLOCK_BYTES, readHeader } from "./container";
import { opened } from "./envelope";
import { EvidenceProblem } from "./evidence-problem";
import { claimsOf, FILES, sourceBucketsOf, type SignerClaims } from "./statement";

/** What a bundle says it is, by its signer's word: that its files are those is not seen of it. */
export interface EvidenceHead extends SignerClaims {
  /** SHA-256 in hex of what was signed. */
  readonly statementDigest: string;
  /** Names of the buckets of its sources. */
  readonly sourceBuckets: readonly string[];
}

/** Bytes of a bundle, wherever it is. */
export interface HeadBytes {
  /** Of all of it. */
  readonly sizeBytes: number;
  /** @returns its first bytes, as many as are asked for or more. At most `sizeBytes` are asked for */
  first(countBytes: number): Promise<Buffer>;
}

/**
 * Reads the statement that a bundle begins with: a header, and no more than that says, up to 64 MiB.
 * @throws EvidenceProblem `container`, `files`, `envelope`, `signature`, `statement`
 */
export async function evidenceHead(bytes: HeadBytes, publicKey: KeyObject): Promise<EvidenceHead> {
  const first = async (countBytes: number): Promise<Buffer> => {
    if (countBytes > bytes.sizeBytes) throw new EvidenceProblem("container", "it is cut off");
    return bytes.first(countBytes);
  };
  const header = readHeader((await first(BLOCK_BYTES)).subarray(0, BLOCK_BYTES));
  if (header.name !== FILES.statement) throw beginsOtherwise();
  requireWhole(header);
  const endBytes = BLOCK_BYTES + header.sizeBytes;
  const envelope = (await first(endBytes)).subarray(BLOCK_BYTES, endBytes);
  const { payload, statement } = opened(envelope, publicKey);
  return {
    ...claimsOf(statement),
    statementDigest: createHash("sha256").update(payload).digest("hex"),
    sourceBuckets: sourceBucketsOf(statement),
  };
}

/** What is wrong with a file that begins with another than the statement. */
export function beginsOtherwise(): EvidenceProblem {
  return new EvidenceProblem("container", `it does not begin with ${FILES.statement}`);
}
