import { NameMap } from "./name-map";
import { SpilledList } from "./spilled-list";

/** Stands for a name whose item was taken back. No list is so long. */
const TAKEN_BACK = 2 ** 32 - 2;

/** Items by name, put aside: of each name the one that was given last, in the order in which they were given. */
export class LatestList<Item> implements Iterable<Item> {
  readonly #items: SpilledList<Item>;
  readonly #places = new NameMap();
  #length = 0;

  /**
   * @param nameOf of an item, as it is given and once it was JSON
   * @param keptBytes as many stay in memory before they are written to a file
   */
  constructor(
    private readonly nameOf: (item: Item) => string,
    keptBytes?: number,
  ) {
    this.#items = new SpilledList<Item>(undefined, keptBytes);
  }

  /** How many names have an item. */
  get length(): number {
    return this.#length;
  }

  has(name: string): boolean {
    return (this.#places.get(name) ?? TAKEN_BACK) !== TAKEN_BACK;
  }

  /** Gives a name its item, in place of one that it has. */
  set(item: Item): void {
    const before = this.#places.set(this.nameOf(item), this.#items.length);
    this.#items.push(item);
    if (before === undefined || before === TAKEN_BACK) this.#length++;
  }

  /** Takes an item back. */
  delete(name: string): void {
    if (!this.has(name)) return;
    this.#places.set(name, TAKEN_BACK);
    this.#length--;
  }

  *[Symbol.iterator](): Generator<Item> {
    let place = 0;
    for (const item of this.#items) {
      if (this.#places.get(this.nameOf(item)) === place) yield item;
      place++;
    }
  }
}
