import { closeSync, openSync, readSync, statSync } from "node:fs";

const CHUNK_BYTES = 256 * 1024;

/** A file of somebody's, or a part of one, to be gone through as often as one likes. */
export class DiskFile {
  readonly sizeBytes: number;
  readonly #startBytes: number;

  /**
   * @param part where it begins, and how long it is. Undefined: all of it
   * @throws the file system's error where it is not there
   */
  constructor(
    private readonly path: string,
    part?: { readonly startBytes: number; readonly sizeBytes: number },
  ) {
    this.#startBytes = part?.startBytes ?? 0;
    this.sizeBytes = part?.sizeBytes ?? statSync(path).size;
  }

  /**
   * All of it, a piece at a time.
   * @throws Error where the file has become shorter
   */
  *chunks(): Generator<Buffer> {
    const file = openSync(this.path, "r");
    try {
      for (let readBytes = 0; readBytes < this.sizeBytes;) {
        const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, this.sizeBytes - readBytes));
        const count = readSync(file, chunk, 0, chunk.length, this.#startBytes + readBytes);
        if (count === 0) throw new Error(`${this.path} became shorter while it was read`);
        readBytes += count;
        yield chunk.subarray(0, count);
      }
    } finally {
      closeSync(file);
    }
  }
}
