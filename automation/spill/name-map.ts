import { hash, randomBytes } from "node:crypto";

/** A fingerprint has so many words of 32 bits: among ten million names two are alike once in 10^14 runs. */
const WORDS = 3;
const FIRST_CAPACITY = 1024;
/** Of the places that are taken at the most. */
const FULL_PART = 0.7;

/**
 * A small number for each of many names: not the names are kept but fingerprints of them, 16 bytes and some room for each,
 * however long they are. Nobody outside knows by which key they are made, so that nobody can make two names that are alike.
 */
export class NameMap {
  readonly #secret = randomBytes(16).toString("hex");
  /** Of the name that was looked for last. */
  readonly #print = new Uint32Array(WORDS);
  #capacity = FIRST_CAPACITY;
  #prints = new Uint32Array(WORDS * FIRST_CAPACITY);
  /** One more than the number; 0: nobody's place. */
  #numbers = new Uint32Array(FIRST_CAPACITY);
  #size = 0;

  /** How many names there are. */
  get size(): number {
    return this.#size;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): number | undefined {
    this.#take(name);
    const number = this.#numbers[this.#place()] ?? 0;
    return number === 0 ? undefined : number - 1;
  }

  /**
   * Gives a name its number.
   * @param number whole, from 0 up to 2^32 - 2
   * @returns the one that it had before
   */
  set(name: string, number: number): number | undefined {
    this.#take(name);
    if (this.#size >= this.#capacity * FULL_PART) this.#grow();
    const place = this.#place();
    const before = this.#numbers[place] ?? 0;
    if (before === 0) {
      this.#size++;
      this.#prints.set(this.#print, place * WORDS);
    }
    this.#numbers[place] = number + 1;
    return before === 0 ? undefined : before - 1;
  }

  #take(name: string): void {
    const digest = hash("sha256", this.#secret + name, "buffer");
    for (let word = 0; word < WORDS; word++) this.#print[word] = digest.readUInt32LE(4 * word);
  }

  /** Where the fingerprint is, or would be. */
  #place(): number {
    const [first = 0, second = 0, third = 0] = this.#print;
    let place = first % this.#capacity;
    while (this.#numbers[place] !== 0) {
      const at = place * WORDS;
      if (
        this.#prints[at] === first &&
        this.#prints[at + 1] === second &&
        this.#prints[at + 2] === third
      ) {
        return place;
      }
      place = (place + 1) % this.#capacity;
    }
    return place;
  }

  #grow(): void {
    const [prints, numbers] = [this.#prints, this.#numbers];
    const looked = this.#print.slice();
    this.#capacity *= 2;
    this.#prints = new Uint32Array(WORDS * this.#capacity);
    this.#numbers = new Uint32Array(this.#capacity);
    for (const [index, number] of numbers.entries()) {
      if (number === 0) continue;
      this.#print.set(prints.subarray(index * WORDS, (index + 1) * WORDS));
      const place = this.#place();
      this.#prints.set(this.#print, place * WORDS);
      this.#numbers[place] = number;
    }
    this.#print.set(looked);
  }
}
