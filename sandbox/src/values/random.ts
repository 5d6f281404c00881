import { createHash } from "node:crypto";

/**
 * Seeded randomness: the same seed gives the same ids, keys and orders. Nothing under `sandbox/` uses another source.
 * The generator is Mulberry32 (public domain): small, fast, good enough for ids that need not be secret.
 */
export class Random {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /**
   * A stream of its own, derived from the seed and what it is for: how much is drawn from it changes nothing elsewhere.
   */
  fork(purpose: string): Random {
    return new Random(
      createHash("sha256").update(`${this.seed} ${purpose}`).digest().readUInt32LE(),
    );
  }

  /** A number in [0, 1). */
  next(): number {
    return this.unsigned() / 2 ** 32;
  }

  /** A whole number in [0, 2^32). */
  private unsigned(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A whole number in [0, limit). */
  integer(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** `length` characters out of `alphabet`. */
  string(length: number, alphabet: string): string {
    // Made in one piece: a string put together letter by letter keeps twenty times its length in memory.
    const units = new Array<number>(length);
    for (let index = 0; index < length; index++) {
      units[index] = alphabet.charCodeAt(this.integer(alphabet.length));
    }
    return String.fromCharCode(...units);
  }

  /**
   * The same with several characters from one number, for ids of which every answer has some.
   * @param alphabet of 2, 4, 8, ... or 256 characters
   */
  id(length: number, alphabet: string): string {
    const bits = Math.log2(alphabet.length);
    const perNumber = Math.floor(32 / bits);
    const mask = alphabet.length - 1;
    const units = new Array<number>(length);
    let number = 0;
    for (let index = 0; index < length; index++) {
      number = index % perNumber === 0 ? this.unsigned() : number >>> bits;
      units[index] = alphabet.charCodeAt(number & mask);
    }
    return String.fromCharCode(...units);
  }

  /** A lower-case UUID of version 4's form. */
  uuid(): string {
    const hex = this.string(32, "0123456789abcdef");
    const variant = "89ab"[this.integer(4)];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** The same items in an order of its own (Fisher and Yates). */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const rest = [...items];
    const result: Item[] = [];
    while (rest.length > 0) result.push(...rest.splice(this.integer(rest.length), 1));
    return result;
  }
}
