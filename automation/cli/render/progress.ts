import { SingleBar } from "cli-progress";
import { count } from "./words";

/** Progress of one task at a time: a bar on a terminal, a line for each quarter elsewhere. */
export class Progress {
  #bar: SingleBar | undefined;
  #title: string | undefined;
  #lastQuarter = 0;

  constructor(
    private readonly isTerminal: boolean,
    private readonly writeLine: (line: string) => void,
  ) {}

  update(title: string, doneCount: number, totalCount: number, note = ""): void {
    if (title !== this.#title) this.#start(title, totalCount);
    if (this.#bar !== undefined) {
      this.#bar.setTotal(totalCount);
      this.#bar.update(doneCount, { note });
      return;
    }
    const quarter = totalCount === 0 ? 4 : Math.floor((doneCount / totalCount) * 4);
    if (quarter <= this.#lastQuarter) return;
    this.#lastQuarter = quarter;
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
    if (!this.isTerminal) return;
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
