import { setMaxListeners } from "node:events";

/**
 * Every request and every wait of a call listens to the call's one signal, and stops listening when it ends. That they are many at
 * a time is meant, and no leak to be warned of.
 */
export function allowManyListeners(signal: AbortSignal | undefined): void {
  if (signal !== undefined) setMaxListeners(0, signal);
}
