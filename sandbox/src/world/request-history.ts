import type { RequestLogEntry } from "../pipeline/request-log";

/** The last requests, up to a limit. */
export class RequestHistory {
  private entries: RequestLogEntry[] = [];

  constructor(private readonly limitCount: number) {}

  add(entry: RequestLogEntry): void {
    this.entries.push(entry);
    // Cut in halves: cutting at each request would move all of them each time.
    if (this.entries.length >= 2 * this.limitCount) {
      this.entries = this.entries.slice(-this.limitCount);
    }
  }

  /** Oldest first. */
  get last(): readonly RequestLogEntry[] {
    return this.entries.slice(-this.limitCount);
  }

  clear(): void {
    this.entries = [];
  }
}
