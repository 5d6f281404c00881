/** Items in an order, to be gone through as often as one likes; where they are kept is theirs. An array is one. */
export interface Sequence<Item> extends Iterable<Item> {
  /** How many. */
  readonly length: number;
}

/** The same items, each changed as it is come to. */
export function mapped<Item, Changed>(
  items: Sequence<Item>,
  change: (item: Item) => Changed,
): Sequence<Changed> {
  return {
    length: items.length,
    *[Symbol.iterator]() {
      for (const item of items) yield change(item);
    },
  };
}

/** The first of them, as many as `count` at the most. */
export function firstOf<Item>(items: Iterable<Item>, count: number): readonly Item[] {
  const first: Item[] = [];
  if (count === 0) return first;
  for (const item of items) {
    first.push(item);
    if (first.length === count) break;
  }
  return first;
}

/** The first of them for which that holds; undefined for none. */
export function firstThat<Item>(
  items: Iterable<Item>,
  holds: (item: Item) => boolean,
): Item | undefined {
  for (const item of items) if (holds(item)) return item;
  return undefined;
}
