import type { Listener, LockstepEvent } from "./events";

/** Work that goes on, its events to be taken one by one. */
export interface EventStream<Result> {
  /** Every event in its order, also those from before anybody asked. Ends when the work does; only one may take them. */
  readonly events: AsyncIterableIterator<LockstepEvent>;
  /** What the work comes to; rejects with what it threw. */
  readonly result: Promise<Result>;
}

/**
 * Starts work and gives its events as an async iterator:
 *
 *     const run = streamEvents((emit) => upStack(stack, { ...session, emit }));
 *     for await (const event of run.events) show(event);
 *     const changes = await run.result;
 *
 * A failure is told by `result` alone. Whoever stops taking events does not stop the work: its signal does.
 */
export function streamEvents<Result>(
  work: (emit: Listener) => Promise<Result>,
): EventStream<Result> {
  const waiting: LockstepEvent[] = [];
  let isOver = false;
  let isLeft = false;
  let wake = (): void => {};
  const emit: Listener = (event) => {
    if (!isLeft) waiting.push(event);
    wake();
  };
  const result = work(emit).finally(() => {
    isOver = true;
    wake();
  });
  // It is told where it is awaited; that this may come late is no unhandled rejection.
  result.catch(() => {});
  async function* take(): AsyncGenerator<LockstepEvent, undefined> {
    try {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift() as LockstepEvent;
        if (isOver) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      isLeft = true;
      waiting.length = 0;
    }
  }
  return { events: take(), result };
}
