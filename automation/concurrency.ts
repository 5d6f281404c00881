import { throwIfAborted } from "./errors";

export interface ConcurrencyOptions {
  /** How many run at once; at least 1. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` for each item, `limit` at a time, taking the next item only when a place is free. Stops at the first error
 * and throws it, after the ones already running have ended.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: ConcurrencyOptions,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failure: { error: unknown } | undefined;
  // An async generator answers overlapping `next` calls in order, so that the workers may share one iterator.
  const worker = async (): Promise<void> => {
    while (failure === undefined) {
      try {
        throwIfAborted(options.signal);
        const next = await iterator.next();
        if (next.done === true) return;
        await work(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: options.limit }, worker));
  if (failure !== undefined) throw failure.error;
}
