/** Lines that are kept as strings; more of them become bytes, outside of the JavaScript heap. */
const OPEN_LINES_COUNT = 500;

/** Lines of a file in the making. A million strings that wait for their file would cost three times their text. */
export class PackedLines {
  private open: string[] = [];
  private packed: Buffer[] = [];
  private linesCount = 0;

  get count(): number {
    return this.linesCount;
  }

  add(line: string): void {
    this.open.push(line);
    this.linesCount++;
    if (this.open.length === OPEN_LINES_COUNT) this.pack();
  }

  /** Takes the lines off. */
  take(): Buffer {
    this.pack();
    const lines = Buffer.concat(this.packed);
    this.packed = [];
    this.linesCount = 0;
    return lines;
  }

  private pack(): void {
    this.packed.push(Buffer.from(this.open.join("")));
    this.open = [];
  }
}
