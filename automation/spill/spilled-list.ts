import type { Sequence } from "./sequence";
import { SpillFile } from "./spill-file";

/** Items are written and read together by so many. */
const BLOCK_LENGTH = 256;

/** Blocks that were read last and are kept: whoever goes through two lists, or back to a few, reads none of them twice. */
const KEPT_BLOCKS = 4;

/** How an item becomes JSON, and again what it was. */
export interface Codec<Item> {
  readonly pack: (item: Item) => unknown;
  /** Of what `pack` gave, once it was JSON. */
  readonly unpack: (packed: never) => Item;
}

const PLAIN: Codec<never> = { pack: (item) => item, unpack: (packed) => packed };

/** A list that only grows, and whose items are put aside as JSON. */
export class SpilledList<Item> implements Sequence<Item> {
  readonly #file: SpillFile;
  readonly #blocks: { readonly start: number; readonly sizeBytes: number }[] = [];
  /** By block. */
  readonly #read = new Map<number, readonly Item[]>();
  /** The last block, which is not full. */
  #last: Item[] = [];

  /** @param keptBytes as many stay in memory before they are written to a file */
  constructor(
    private readonly codec: Codec<Item> = PLAIN as unknown as Codec<Item>,
    keptBytes?: number,
  ) {
    this.#file = new SpillFile(keptBytes);
  }

  get length(): number {
    return this.#blocks.length * BLOCK_LENGTH + this.#last.length;
  }

  /** Adds an item. */
  push(item: Item): void {
    this.#last.push(item);
    if (this.#last.length < BLOCK_LENGTH) return;
    const bytes = Buffer.from(JSON.stringify(this.#last.map(this.codec.pack)), "utf8");
    this.#blocks.push({ start: this.#file.append(bytes), sizeBytes: bytes.length });
    this.#last = [];
  }

  /** The item at an index; undefined past the end. */
  at(index: number): Item | undefined {
    return this.#block(Math.floor(index / BLOCK_LENGTH))[index % BLOCK_LENGTH];
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let block = 0; block <= this.#blocks.length; block++) yield* this.#block(block);
  }

  #block(number: number): readonly Item[] {
    const place = this.#blocks[number];
    if (place === undefined) return number === this.#blocks.length ? this.#last : [];
    const known = this.#read.get(number);
    if (known !== undefined) return known;
    const text = this.#file.read(place.start, place.sizeBytes).toString("utf8");
    const items = (JSON.parse(text) as never[]).map(this.codec.unpack);
    const [oldest] = this.#read.keys();
    if (this.#read.size >= KEPT_BLOCKS && oldest !== undefined) this.#read.delete(oldest);
    this.#read.set(number, items);
    return items;
  }
}
