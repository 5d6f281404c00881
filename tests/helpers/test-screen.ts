import type { Screen } from "../../automation/cli/render/screen";

/**
 * A terminal's screen: text, line breaks, "to the beginning of the line", "up" and "away from here". When it becomes narrower it
 * breaks the lines that it shows anew, as terminals of today do.
 */
export class TestScreen implements Screen {
  /** What was written, with whether the line goes on in the next one. */
  #rows: string[] = [""];
  #row = 0;
  readonly #redraws: (() => void)[] = [];

  constructor(
    public columns: number,
    public rows: number,
  ) {}

  /** What is shown, each line as it was written. */
  lines(): readonly string[] {
    return this.#rows.slice(0, -1);
  }

  write(text: string): void {
    for (const part of text.match(/\u001b\[\d*[AJm]|\r|\n|[^\u001b\r\n]+/g) ?? []) this.#obey(part);
  }

  onResize(redraw: () => void): void {
    this.#redraws.push(redraw);
  }

  resize(columns: number): void {
    this.columns = columns;
    for (const redraw of this.#redraws) redraw();
  }

  #obey(part: string): void {
    if (part === "\n") {
      this.#row++;
      this.#rows[this.#row] ??= "";
    } else if (part.endsWith("A")) {
      this.#row = this.#lineAbove(Number(part.slice(2, -1)));
    } else if (part.endsWith("J")) {
      this.#rows = [...this.#rows.slice(0, this.#row), ""];
    } else if (!part.endsWith("m") && part !== "\r") {
      this.#rows[this.#row] += part;
    }
  }

  /** The line that begins so many rows of the screen above; a line may have several. */
  #lineAbove(height: number): number {
    let left = height;
    let row = this.#row;
    while (left > 0) {
      row--;
      const line = this.#rows[row];
      if (line === undefined) throw new Error("moved above the first line");
      left -= Math.max(1, Math.ceil(line.length / this.columns));
    }
    if (left < 0) throw new Error("moved into the middle of a line");
    return row;
  }
}
