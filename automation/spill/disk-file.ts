import { closeSync, openSync, readSync, statSync } from "node:fs";

const CHUNK_BYTES = 256 * 1024;

/** A file of somebody's, to be gone through as often as one likes. */
export class DiskFile {
  readonly sizeBytes: number;

  /** @throws the file system's error where it is not there */
  constructor(private readonly path: string) {
    this.sizeBytes = statSync(path).size;
  }

  /** All of it, a part at a time. */
  *chunks(): Generator<Buffer> {
    const file = openSync(this.path, "r");
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const count = readSync(file, chunk, 0, CHUNK_BYTES, null);
        if (count === 0) return;
        yield chunk.subarray(0, count);
      }
    } finally {
      closeSync(file);
    }
  }
}
