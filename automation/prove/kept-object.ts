/** One version of an object beside a vault, as it is brought: its beginning first, since anybody may have laid it there. */

import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { HeadBytes } from "../evidence/evidence-head";
import type { KeptVersion } from "./kept-versions";

/** What is asked for at first: mostly the whole statement is in it. */
const FIRST_BYTES = 8 * 1024;

/** A version of an object. */
export class KeptObject implements HeadBytes {
  readonly sizeBytes: number;
  #head: Buffer = Buffer.alloc(0);

  constructor(
    private readonly s3: S3Client,
    private readonly version: KeptVersion,
    private readonly signal: AbortSignal,
  ) {
    this.sizeBytes = version.sizeBytes;
  }

  /** @throws what AWS answers */
  async first(countBytes: number): Promise<Buffer> {
    if (this.#head.length < countBytes) {
      const endBytes = Math.min(this.sizeBytes, Math.max(countBytes, FIRST_BYTES));
      const pieces = [this.#head];
      for await (const piece of await this.#between(this.#head.length, endBytes)) {
        pieces.push(piece as Buffer);
      }
      this.#head = Buffer.concat(pieces);
    }
    return this.#head;
  }

  /** Brings all of it. @throws what AWS answers, or the file system's error */
  async bringTo(path: string): Promise<void> {
    await writeFile(path, this.#head);
    const startBytes = this.#head.length;
    if (startBytes === this.sizeBytes) return;
    const rest = await this.#between(startBytes, this.sizeBytes);
    await pipeline(rest, createWriteStream(path, { flags: "a" }), { signal: this.signal });
  }

  /** A version has the same bytes whenever it is asked for. @param endBytes more than `startBytes` */
  async #between(startBytes: number, endBytes: number): Promise<Readable> {
    const { key: Key, place, versionId: VersionId } = this.version;
    const command = new GetObjectCommand({
      ...{ Bucket: place.bucket, Key, VersionId },
      Range: `bytes=${startBytes}-${endBytes - 1}`,
    });
    const { Body } = await this.s3.send(command, { abortSignal: this.signal });
    return Body as Readable;
  }
}
