/** The part of a terminal below what is written for good: drawn again and again, at the width that it has at that moment. */

/** What can be drawn on. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  /** Calls `redraw` when the size is another. */
  onResize(redraw: () => void): void;
}

/** Lines for a screen of a size, none longer than it is wide. */
export type Draw = (columns: number, rows: number) => readonly string[];

/** A stream that is a terminal which can move its cursor; undefined for any other. */
export function screenOf(stream: NodeJS.WriteStream): Screen | undefined {
  if (stream.isTTY !== true || process.env["TERM"] === "dumb") return undefined;
  return {
    // A terminal that does not know its size has 0.
    get columns() {
      return stream.columns > 0 ? stream.columns : 80;
    },
    get rows() {
      return stream.rows > 0 ? stream.rows : 24;
    },
    write: (text) => void stream.write(text),
    onResize: (redraw) => void stream.on("resize", redraw),
  };
}

/** What is drawn at the end of the screen, and taken away before anything else is written. */
export class LiveRegion {
  #draw: Draw | undefined;
  #lines: readonly string[] = [];

  constructor(private readonly screen: Screen) {
    screen.onResize(() => {
      if (this.#draw !== undefined) this.show(this.#draw);
    });
  }

  show(draw: Draw): void {
    const { columns, rows } = this.screen;
    const lines = draw(columns, rows);
    const text = lines.map((line) => `${line}\n`).join("");
    // In one write, so that the screen is never seen empty.
    this.screen.write(this.#eraser() + text);
    this.#draw = draw;
    this.#lines = lines;
  }

  clear(): void {
    const eraser = this.#eraser();
    if (eraser !== "") this.screen.write(eraser);
    this.leave();
  }

  /** Lets go of what is drawn: it stays where it is. */
  leave(): void {
    this.#draw = undefined;
    this.#lines = [];
  }

  /** To the region's first line, and everything from there away. In a narrower terminal each line may have become several. */
  #eraser(): string {
    const { columns } = this.screen;
    const height = this.#lines.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)),
      0,
    );
    return height === 0 ? "" : `\r\u001b[${height}A\u001b[J`;
  }
}

/** A line, cut where it is longer than `columns`. */
export function fitted(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}
