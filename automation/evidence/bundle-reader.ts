/** What the files of a bundle come to, read once and a piece at a time: lines may be many millions. */

import { createHash } from "node:crypto";
import { readCanonical } from "./canonical";
import type { ReadFile } from "./container";
import { EvidenceProblem } from "./evidence-problem";
import { LINE_MAX_BYTES } from "./lines";

/** JSON files are held whole: none of them grows with the bucket. */
const JSON_MAX_BYTES = 64 * 1024 * 1024;

/** The digests of a file, in hex. */
export interface FileDigests {
  readonly name: string;
  readonly sha256: string;
  /** As S3's ETag and manifests have it. Of files in `jobs/` alone. */
  readonly md5?: string;
}

/** Goes through a file. @param each is given each piece of it */
export async function digestsOf(
  { content, name }: ReadFile,
  each: (piece: Buffer) => void = () => {},
): Promise<FileDigests> {
  const sha256 = createHash("sha256");
  const md5 = name.startsWith("jobs/") ? createHash("md5") : undefined;
  for await (const piece of content) {
    sha256.update(piece);
    md5?.update(piece);
    each(piece);
  }
  const digests = { name, sha256: sha256.digest("hex") };
  return md5 === undefined ? digests : { ...digests, md5: md5.digest("hex") };
}

/** Reads a file whole. @throws EvidenceProblem `files` for a larger one */
export async function wholeFile(
  file: ReadFile,
): Promise<{ readonly bytes: Buffer; readonly digests: FileDigests }> {
  requireWhole(file);
  const pieces: Buffer[] = [];
  const digests = await digestsOf(file, (piece) => pieces.push(piece));
  return { bytes: Buffer.concat(pieces), digests };
}

/** @throws EvidenceProblem `files` for a file that is too large to be read whole */
export function requireWhole({ name, sizeBytes }: Pick<ReadFile, "name" | "sizeBytes">): void {
  if (sizeBytes <= JSON_MAX_BYTES) return;
  throw new EvidenceProblem("files", `${name} is larger than any that is read whole`);
}

/** JSON in its one text, with a line's end. @throws EvidenceProblem `files` */
export function jsonOf(name: string, bytes: Buffer): unknown {
  const found = bytes.at(-1) === 0x0a ? readCanonical(bytes.subarray(0, -1)) : undefined;
  if (found !== undefined) return found.value;
  throw new EvidenceProblem("files", `${name} is not in the one text that it may have`);
}

/** Cuts pieces into lines. */
export class LineCutter {
  #rest: Buffer = Buffer.alloc(0);

  /** @param each is given each whole line, without its end */
  constructor(private readonly each: (line: Buffer) => void) {}

  /** @throws EvidenceProblem `lines` for a line that is longer than any */
  add(piece: Buffer): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, start);
      if (end < 0) break;
      // Whole lines too: where a piece ends depends on who reads.
      requireShort(end - start);
      this.each(bytes.subarray(start, end));
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
    requireShort(this.#rest.length);
  }

  /** @throws EvidenceProblem `lines` where the last line has no end */
  end(): void {
    if (this.#rest.length > 0) throw new EvidenceProblem("lines", "the last line is cut off");
  }
}

function requireShort(lengthBytes: number): void {
  if (lengthBytes > LINE_MAX_BYTES) {
    throw new EvidenceProblem("lines", "a line is longer than any of a bundle");
  }
}
