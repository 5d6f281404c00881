import { createHmac, randomBytes } from "node:crypto";

/** By so many bytes versions are ordered: two of ten million are alike once in 10^14 draws, and then both may be drawn. */
const MARK_BYTES = 16;

/** A seed that nobody can know beforehand. */
export function randomSeed(): string {
  return randomBytes(MARK_BYTES).toString("hex");
}

/**
 * A sample of names that are offered one after the other: those whose HMAC-SHA256 under the seed is least. Each set of so many names is
 * as likely as any other; the same seed and the same names make the same sample, in whichever order they come. In memory is
 * the sample alone.
 */
export class SampleDraw {
  /** A heap, the greatest mark first. */
  readonly #heap: { readonly mark: string; readonly index: number }[] = [];
  #offeredCount = 0;

  /** @param count 1 or more: how many are drawn, if so many are offered */
  constructor(
    private readonly seed: string,
    private readonly count: number,
  ) {}

  /** How many names were offered. */
  get offeredCount(): number {
    return this.#offeredCount;
  }

  /** Offers a name. @param index what it is known by */
  offer(name: string, index: number): void {
    this.#offeredCount++;
    const digest = createHmac("sha256", this.seed).update(name).digest();
    const mark = digest.toString("latin1", 0, MARK_BYTES);
    if (this.#heap.length < this.count) {
      this.#heap.push({ mark, index });
      this.#rise(this.#heap.length - 1);
    } else if (mark < this.#mark(0)) {
      this.#heap[0] = { mark, index };
      this.#sink(0);
    }
  }

  /** Indexes of those that were drawn, ascending. */
  indexes(): Uint32Array<ArrayBuffer> {
    return Uint32Array.from(this.#heap, ({ index }) => index).sort();
  }

  /** Where there is nothing the least of all. */
  #mark(place: number): string {
    return this.#heap[place]?.mark ?? "";
  }

  #rise(start: number): void {
    for (let place = start; place > 0;) {
      const parent = (place - 1) >> 1;
      if (this.#mark(parent) >= this.#mark(place)) return;
      this.#swap(parent, place);
      place = parent;
    }
  }

  #sink(start: number): void {
    for (let place = start; ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const greater = this.#mark(right) > this.#mark(left) ? right : left;
      if (this.#mark(place) >= this.#mark(greater)) return;
      this.#swap(place, greater);
      place = greater;
    }
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#heap[one], this.#heap[other]];
    if (first === undefined || second === undefined) return;
    this.#heap[one] = second;
    this.#heap[other] = first;
  }
}
