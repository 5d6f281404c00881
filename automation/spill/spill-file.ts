/**
 * Bytes that are put aside until they are read again: in memory while they are few, then in a file of the temporary folder
 * (`TMPDIR`). The file has no name from the moment that it is open, so that nobody else opens it, and nothing is left of it when
 * the process ends, however it ends.
 */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockstepError, messageOf } from "../errors";

/** As many bytes are kept in memory, of each file. */
const KEPT_BYTES = 2 * 1024 * 1024;

const FIRST_BYTES = 16 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** Closes the file of whoever is no longer there. */
const FILES = new FinalizationRegistry<number>(closeSync);

export class SpillFile {
  #file: number | undefined;
  /** What is not in the file yet. */
  #tail = Buffer.alloc(0);
  #tailLength = 0;
  #fileLength = 0;

  /** @param keptBytes as many stay in memory before they are written */
  constructor(private readonly keptBytes = KEPT_BYTES) {}

  /** How many bytes there are, wherever they are. */
  get sizeBytes(): number {
    return this.#fileLength + this.#tailLength;
  }

  /**
   * Adds bytes.
   * @returns where they begin
   * @throws LockstepError `TemporaryFolderUnusable`
   */
  append(bytes: Uint8Array): number {
    if (this.#tailLength > 0 && this.#tailLength + bytes.length > this.keptBytes) this.#flush();
    const start = this.sizeBytes;
    this.#reserve(this.#tailLength + bytes.length);
    this.#tail.set(bytes, this.#tailLength);
    this.#tailLength += bytes.length;
    return start;
  }

  /** The bytes that were added at once at `start`, or a part of them. */
  read(start: number, length: number): Buffer {
    if (start >= this.#fileLength) {
      const from = start - this.#fileLength;
      return Buffer.from(this.#tail.subarray(from, from + length));
    }
    const bytes = Buffer.allocUnsafe(length);
    const file = this.#file;
    if (file === undefined) throw new Error("Bytes of a file that was never written.");
    for (let done = 0; done < length;) {
      const count = attempt(() => readSync(file, bytes, done, length - done, start + done));
      if (count === 0) throw unusable("the file ends before what was written into it");
      done += count;
    }
    return bytes;
  }

  /** All of them, a part at a time. */
  *chunks(): Generator<Buffer> {
    for (let start = 0; start < this.#fileLength; start += CHUNK_BYTES) {
      yield this.read(start, Math.min(CHUNK_BYTES, this.#fileLength - start));
    }
    if (this.#tailLength > 0) yield this.read(this.#fileLength, this.#tailLength);
  }

  #reserve(length: number): void {
    if (length <= this.#tail.length) return;
    const larger = Buffer.alloc(Math.max(length, 2 * this.#tail.length, FIRST_BYTES));
    larger.set(this.#tail.subarray(0, this.#tailLength));
    this.#tail = larger;
  }

  #flush(): void {
    const file = (this.#file ??= this.#open());
    for (let done = 0; done < this.#tailLength;) {
      done += attempt(() =>
        writeSync(file, this.#tail, done, this.#tailLength - done, this.#fileLength + done),
      );
    }
    this.#fileLength += this.#tailLength;
    this.#tailLength = 0;
  }

  #open(): number {
    const path = join(tmpdir(), `lockstep-spill-${randomUUID()}`);
    return attempt(() => {
      // Exclusive: what somebody else laid there, a link too, is not written into.
      const file = openSync(path, "wx+", 0o600);
      FILES.register(this, file);
      unlinkSync(path);
      return file;
    });
  }
}

function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw unusable(messageOf(error), error);
  }
}

function unusable(why: string, cause?: unknown): LockstepError {
  return new LockstepError(
    "TemporaryFolderUnusable",
    `What does not fit into memory cannot be put aside in ${tmpdir()}: ${why}.`,
    cause === undefined ? {} : { cause },
  );
}
