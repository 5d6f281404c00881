/** What the service told its pages, kept for those that come late or come back. */

import { EventEmitter, once } from "node:events";

/** Events in their order. Of progress the latest is kept alone, so that a job of days does not fill the memory. */
export class EventLog<Event extends { readonly type: string }> {
  readonly #told = new EventEmitter().setMaxListeners(0);
  #entries: { readonly number: number; readonly event: Event }[] = [];
  #count = 0;

  tell(event: Event): void {
    if (event.type.endsWith("-progress")) {
      this.#entries = this.#entries.filter((entry) => entry.event.type !== event.type);
    }
    this.#entries.push({ number: this.#count++, event });
    this.#told.emit("event");
  }

  /** Forgets what was told; whoever reads on gets what comes then. */
  clear(): void {
    this.#entries = [];
  }

  /** All that was told, and whatever is told from then on, until the signal is given. */
  async *follow(signal: AbortSignal): AsyncGenerator<Event> {
    let read = -1;
    while (!signal.aborted) {
      const entry = this.#entries.find(({ number }) => number > read);
      if (entry === undefined) await this.#more(signal);
      else {
        read = entry.number;
        yield entry.event;
      }
    }
  }

  async #more(signal: AbortSignal): Promise<void> {
    try {
      await once(this.#told, "event", { signal });
    } catch (error) {
      // That is how `once` says that the signal was given.
      if (!signal.aborted) throw error;
    }
  }
}
