/** Lines that are kept as strings; more of them become bytes, outside of the JavaScript heap. */
const OPEN_LINES_COUNT = 500;
const FIRST_BUFFER_BYTES = 64 * 1024;

/**
 * Lines of a file in the making. A million strings that wait for their file would cost three times their text, and pieces
 * that are put together at the end twice.
 */
export class PackedLines {
  private open: string[] = [];
  /** Grows by doubling; what is not written yet is not resident either. */
  private buffer = Buffer.alloc(0);
  private usedBytes = 0;
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
    const lines = this.buffer.subarray(0, this.usedBytes);
    this.buffer = Buffer.alloc(0);
    this.usedBytes = 0;
    this.linesCount = 0;
    return lines;
  }

  private pack(): void {
    const text = this.open.join("");
    this.open = [];
    const neededBytes = this.usedBytes + Buffer.byteLength(text);
    if (neededBytes > this.buffer.length) {
      const lengthBytes = Math.max(FIRST_BUFFER_BYTES, 2 * this.buffer.length, neededBytes);
      const larger = Buffer.allocUnsafeSlow(lengthBytes);
      this.buffer.copy(larger, 0, 0, this.usedBytes);
      this.buffer = larger;
    }
    this.usedBytes += this.buffer.write(text, this.usedBytes);
  }
}
