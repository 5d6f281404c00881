/** The files of a trail that events need, each once, with their names in a bundle. */

import { createHash } from "node:crypto";
import type { TrailDigest, TrailFacts } from "./fields";
import { brokenLink } from "./digest-links";
import type { DigestFile, TrailPublicKey, VerifiedDigest } from "./verify-digest";

/** A digest whose signature is right. */
export interface BroughtDigest {
  readonly file: DigestFile;
  readonly region: string;
  /** The one that it names, and that has signed it. */
  readonly key: TrailPublicKey;
  readonly verified: VerifiedDigest;
}

/** What is taken into a bundle: nothing that no event needs, since a log file has events of others in it. */
export class Found {
  readonly files = new Map<string, Uint8Array>();
  readonly trails = new Set<string>();
  readonly #eventIds = new Set<string>();
  readonly #digests = new Map<string, TrailDigest>();
  readonly #verified = new Map<string, VerifiedDigest>();
  readonly #names = new Map<string, string>();

  /** @returns false where it and one of the bundle are not those that they name before them: no bundle may have both */
  takesDigest({ verified }: BroughtDigest): boolean {
    return brokenLink([...this.#verified.values(), verified]) === undefined;
  }

  /** @returns its name in the bundle */
  addDigest({
    file: { bytes, signature },
    key: { der, fingerprint },
    region,
    verified,
  }: BroughtDigest): string {
    const file = this.#add("digests", bytes);
    const publicKey = Buffer.from(der).toString("base64");
    this.#verified.set(file, verified);
    this.#digests.set(file, { file, signature, region, fingerprint, publicKey });
    return file;
  }

  /** @returns false where an event of that id is in the bundle already, which may have each once */
  addEvent(eventId: string): boolean {
    return this.#eventIds.size < this.#eventIds.add(eventId).size;
  }

  /** @returns its name in the bundle */
  addLog(bytes: Uint8Array): string {
    return this.#add("logs", bytes);
  }

  facts(): Omit<TrailFacts, "events"> {
    return { trails: [...this.trails], digests: [...this.#digests.values()] };
  }

  #add(folder: string, bytes: Uint8Array): string {
    const known = `${folder} ${createHash("sha256").update(bytes).digest("hex")}`;
    const before = this.#names.get(known);
    if (before !== undefined) return before;
    const number = String(this.files.size + 1).padStart(4, "0");
    const file = `trail/${folder}/${number}.json`;
    this.#names.set(known, file);
    this.files.set(file, bytes);
    return file;
  }
}
