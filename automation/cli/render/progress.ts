import type { SingleBar } from "cli-progress";
import type * as CliProgress from "cli-progress";
import { count } from "./words";

/** After so long without a line one is due, whatever the count; then after twice as long, up to the longest. */
const FIRST_SILENCE_MS = 30_000;
const LONGEST_SILENCE_MS = 15 * 60_000;

/**
 * Progress of one task at a time: a bar on a terminal; elsewhere a line for each quarter, and in between one after half a
 * minute, a minute, two and so on, so that a job of hours is seen to run and its log stays short.
 */
export class Progress {
  #bar: SingleBar | undefined;
  #title: string | undefined;
  #lastQuarter = 0;
  #lastLineEpochMs = 0;
  #silenceMs = FIRST_SILENCE_MS;

  constructor(
    private readonly isTerminal: boolean,
    private readonly writeLine: (line: string) => void,
    private readonly nowEpochMs: () => number = Date.now,
  ) {}

  update(title: string, doneCount: number, totalCount: number, note = ""): void {
    if (title !== this.#title) this.#start(title, totalCount);
    if (this.#bar !== undefined) {
      this.#bar.setTotal(totalCount);
      this.#bar.update(doneCount, { note });
      return;
    }
    const quarter = totalCount === 0 ? 4 : Math.floor((doneCount / totalCount) * 4);
    const now = this.nowEpochMs();
    const isDue = now - this.#lastLineEpochMs >= this.#silenceMs;
    if (quarter <= this.#lastQuarter && !isDue) return;
    if (isDue) this.#silenceMs = Math.min(LONGEST_SILENCE_MS, this.#silenceMs * 2);
    this.#lastQuarter = quarter;
    this.#lastLineEpochMs = now;
    this.writeLine(
      `  ${title}: ${count(doneCount)} of ${count(totalCount)}${note === "" ? "" : `, ${note}`}`,
    );
  }

  /** Ends the bar and leaves it on the screen. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#title = undefined;
  }

  #start(title: string, totalCount: number): void {
    this.stop();
    this.#title = title;
    this.#lastQuarter = 0;
    this.#lastLineEpochMs = this.nowEpochMs();
    this.#silenceMs = FIRST_SILENCE_MS;
    if (!this.isTerminal) return;
    // Only a terminal pays for loading it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { SingleBar } = require("cli-progress") as typeof CliProgress;
    this.#bar = new SingleBar({
      format: `  ${title} [{bar}] {value}/{total} {note}`,
      barsize: 30,
      // The value in line with the total, so that the bar does not jump.
      formatValue: (value, _options, type) =>
        type === "value" ? count(value).padStart(count(totalCount).length) : count(value),
      hideCursor: true,
      stream: process.stdout,
    });
    this.#bar.start(totalCount, 0, { note: "" });
  }
}
