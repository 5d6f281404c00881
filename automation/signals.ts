import { setMaxListeners } from "node:events";

/**
 * Every request and every wait of a call listens to the call's one signal, and stops listening when it ends. That they are many at
 * a time is meant, and no leak to be warned of.
 */
export function allowManyListeners(signal: AbortSignal | undefined): void {
  if (signal !== undefined) setMaxListeners(0, signal);
}

/** A signal of our own that is given with the caller's. */
export interface OwnSignal {
  /** Many may listen to it. */
  readonly signal: AbortSignal;
  /** Stops listening to the caller's, once; to be called when the work has ended. */
  readonly release: () => void;
}

interface Shared {
  readonly controller: AbortController;
  readonly stop: () => void;
  users: number;
}

const shared = new WeakMap<AbortSignal, Shared>();

/**
 * A signal for one call. However many calls a caller's signal is given to at once, one listener of ours is on it, so that Node
 * has nothing to warn the caller of; and nothing about it is changed.
 */
export function ownSignal(given: AbortSignal | undefined): OwnSignal {
  if (given === undefined || given.aborted) {
    const controller = new AbortController();
    allowManyListeners(controller.signal);
    if (given !== undefined) controller.abort(given.reason);
    return { signal: controller.signal, release: () => {} };
  }
  const entry = shared.get(given) ?? share(given);
  entry.users++;
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    entry.users--;
    if (entry.users > 0) return;
    given.removeEventListener("abort", entry.stop);
    if (shared.get(given) === entry) shared.delete(given);
  };
  return { signal: entry.controller.signal, release };
}

function share(given: AbortSignal): Shared {
  const controller = new AbortController();
  allowManyListeners(controller.signal);
  const stop = (): void => controller.abort(given.reason);
  given.addEventListener("abort", stop, { once: true });
  const entry: Shared = { controller, stop, users: 0 };
  shared.set(given, entry);
  return entry;
}
