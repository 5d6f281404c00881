import { versionName } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import { SpillFile } from "../spill/spill-file";
import type { Computed, Uncomputed } from "./task-result";

const SHA256_BYTES = 32;

/** The first byte of an entry says what follows. */
const VALUE = 1;
const CAUSE = 2;

/** So many different causes are known by their words, so that alike ones are kept once; of what comes after them only the code. */
const KNOWN_CAUSES_LIMIT = 1_000;

/** What jobs computed of the versions of one bucket. Of each a fingerprint of its name is in memory; values are put aside. */
export class ComputedChecksums {
  /** The number of each version's entry, all of which have one length. */
  readonly #places = new NameMap();
  readonly #entries: SpillFile;
  readonly #causes: Uncomputed[] = [];
  readonly #known = new Map<string, number>();
  #entriesCount = 0;

  /** @param keptBytes as many bytes of values stay in memory before they are written to a file */
  constructor(keptBytes?: number) {
    this.#entries = new SpillFile(keptBytes);
  }

  /** Of how many versions something is known. */
  get size(): number {
    return this.#places.size;
  }

  /** Notes what a report says of a version. Two rows that do not say the same are no value. */
  add(version: Parameters<typeof versionName>[0], computed: Computed): void {
    const name = versionName(version);
    const before = this.get(name);
    const isTwice = before !== undefined && !isSame(before, computed);
    const noted: Computed = isTwice
      ? { code: "error", why: "it is in the report twice, with different results" }
      : computed;
    const entry = Buffer.alloc(1 + SHA256_BYTES);
    if ("sha256" in noted) {
      entry[0] = VALUE;
      noted.sha256.copy(entry, 1);
    } else {
      entry[0] = CAUSE;
      entry.writeUInt32LE(this.#placeOf(noted), 1);
    }
    this.#entries.append(entry);
    this.#places.set(name, this.#entriesCount++);
  }

  /** @param name by `versionName` */
  get(name: string): Computed | undefined {
    const place = this.#places.get(name);
    if (place === undefined) return undefined;
    const length = 1 + SHA256_BYTES;
    const entry = this.#entries.read(place * length, length);
    if (entry[0] === VALUE) return { sha256: entry.subarray(1) };
    return this.#causes[entry.readUInt32LE(1)];
  }

  #placeOf(cause: Uncomputed): number {
    const isNew = !this.#known.has(JSON.stringify(cause));
    const kept =
      isNew && this.#causes.length >= KNOWN_CAUSES_LIMIT
        ? { code: cause.code, why: "see the job's report" }
        : cause;
    const text = JSON.stringify(kept);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.#causes.length);
    return this.#causes.push(kept) - 1;
  }
}

function isSame(one: Computed, other: Computed): boolean {
  if ("sha256" in one) return "sha256" in other && one.sha256.equals(other.sha256);
  return !("sha256" in other) && one.code === other.code && one.why === other.why;
}
