/**
 * The file that a bundle is: a tar archive (POSIX ustar) that every tool opens, of which there is one sequence of bytes for the same
 * files. Headers say name and size, and everything else is fixed: owner 0, mode 0644, the time 0; two blocks of zeros end it, and
 * nothing comes after them. So what reads the archive strictly, and what reads it loosely, see the same.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06 (ustar)
 */

import { createReadStream } from "node:fs";
import { EvidenceProblem } from "./evidence-problem";
import { requireRegularFile } from "./regular-file";

/** How long a header is. */
export const BLOCK_BYTES = 512;
/** What eleven octal digits say. */
const MAX_FILE_BYTES = 8 ** 11 - 1;
/** What the field takes without a prefix. */
const MAX_NAME_LENGTH = 100;
const NAME = /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/;

/** One file of a bundle. */
export interface BundleFile {
  /** Of small letters, digits, dots and dashes, with `/` between folders; at most 100 characters. */
  readonly name: string;
  /** At most 8 GiB less one. */
  readonly sizeBytes: number;
  /** Its content; as many bytes as said. */
  readonly content: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** Whether a file may be named so. Pure. */
export function isBundleName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

/** The bytes of a bundle. @throws RangeError for names and sizes that it does not take, and where a content has another size */
export async function* containerOf(
  files: Iterable<BundleFile> | AsyncIterable<BundleFile>,
): AsyncGenerator<Buffer, void> {
  for await (const { content, name, sizeBytes } of files) {
    yield headerOf(name, sizeBytes);
    let writtenBytes = 0;
    for await (const chunk of content) {
      writtenBytes += chunk.length;
      yield chunk;
    }
    if (writtenBytes !== sizeBytes) {
      throw new RangeError(`${name} has ${writtenBytes} bytes, and was said to have ${sizeBytes}`);
    }
    yield Buffer.alloc(paddingOf(sizeBytes));
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

function paddingOf(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

function headerOf(name: string, sizeBytes: number): Buffer {
  if (!isBundleName(name)) throw new RangeError(`a bundle takes no file of the name ${name}`);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > MAX_FILE_BYTES) {
    throw new RangeError(`a bundle takes no file of ${sizeBytes} bytes`);
  }
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, "latin1");
  header.write("0000644\0", 100, "latin1");
  header.write("0000000\0", 108, "latin1");
  header.write("0000000\0", 116, "latin1");
  header.write(`${sizeBytes.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  header.write(`${"0".repeat(11)}\0`, 136, "latin1");
  header.write("        0", 148, "latin1");
  header.write("ustar\0" + "00", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** One file of a bundle as it is read: all of its content has to be taken before the next one is asked for. */
export interface ReadFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Reads a bundle, a piece at a time.
 * @throws EvidenceProblem `container` for every other sequence of bytes than `containerOf` makes of the same files
 * @throws the error of the file where it cannot be read; LockstepError `EvidenceUnreadable` for what is no file
 */
export async function* filesOf(path: string): AsyncGenerator<ReadFile, void> {
  await requireRegularFile(path);
  const bytes = new ByteReader(createReadStream(path, { highWaterMark: 256 * 1024 }));
  try {
    for (;;) {
      const header = await bytes.exactly(BLOCK_BYTES);
      if (isZero(header)) break;
      const { name, sizeBytes } = readHeader(header);
      let leftBytes = sizeBytes;
      const content = async function* (): AsyncGenerator<Buffer, void> {
        while (leftBytes > 0) {
          const piece = await bytes.atMost(leftBytes);
          leftBytes -= piece.length;
          yield piece;
        }
      };
      yield { name, sizeBytes, content: content() };
      if (leftBytes > 0) throw new EvidenceProblem("container", `${name} was not read whole`);
      if (!isZero(await bytes.exactly(paddingOf(sizeBytes)))) {
        throw new EvidenceProblem("container", `there is something after ${name}`);
      }
    }
    if (!isZero(await bytes.exactly(BLOCK_BYTES)) || !(await bytes.isAtEnd())) {
      throw new EvidenceProblem("container", "there is something after its end");
    }
  } finally {
    bytes.close();
  }
}

/**
 * What a header says.
 * @param header as long as one is
 * @throws EvidenceProblem `container` for one that `containerOf` does not write
 */
export function readHeader(header: Buffer): { readonly name: string; readonly sizeBytes: number } {
  const [name = ""] = header.toString("latin1", 0, MAX_NAME_LENGTH).split("\0");
  const sizeBytes = Number.parseInt(header.toString("latin1", 124, 135), 8);
  try {
    // Written anew it has to be the same.
    if (headerOf(name, sizeBytes).equals(header)) return { name, sizeBytes };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new EvidenceProblem("container", "it has a header that no bundle has");
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Takes what it needs of a stream. */
class ByteReader {
  readonly #iterator: AsyncIterator<Buffer>;
  readonly #stream: { destroy(): unknown };
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer> & { destroy(): unknown }) {
    this.#stream = stream;
    this.#iterator = stream[Symbol.asyncIterator]();
  }

  /** Something, as long as there is something. @throws EvidenceProblem `container` at the end */
  async atMost(countBytes: number): Promise<Buffer> {
    if (await this.isAtEnd()) throw new EvidenceProblem("container", "it is cut off");
    const taken = this.#rest.subarray(0, countBytes);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  async exactly(countBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = countBytes; left > 0; left -= pieces.at(-1)?.length ?? 0) {
      pieces.push(await this.atMost(left));
    }
    return Buffer.concat(pieces);
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#iterator.next();
      if (next.done === true) return true;
      this.#rest = next.value;
    }
    return false;
  }

  close(): void {
    this.#stream.destroy();
  }
}
