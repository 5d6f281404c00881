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

/**
 * Runs `work` for each item, `limit` at a time, and gives the results in the order of the items: what comes later is begun while what
 * comes before is used, and no more than `limit` results wait. Stops at the first error of whose turn it is.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  { limit, signal }: ConcurrencyOptions,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const iterator = items[Symbol.iterator]();
  const begun: Promise<Result>[] = [];
  const begin = (): void => {
    const { done, value } = iterator.next();
    if (done === true) return;
    const result = work(value);
    // One whose turn does not come any more is nobody's.
    result.catch(() => undefined);
    begun.push(result);
  };
  for (let count = 0; count < limit; count++) begin();
  for (let next = begun.shift(); next !== undefined; next = begun.shift()) {
    throwIfAborted(signal);
    const result = await next;
    begin();
    yield result;
  }
}
