const PART_LENGTH = 64 * 1024;

/** Numbers by index, eight bytes for each; those that were not set are NaN. Grows without being copied. */
export class Numbers {
  readonly #parts: Float64Array[] = [];

  get(index: number): number {
    return this.#parts[Math.floor(index / PART_LENGTH)]?.[index % PART_LENGTH] ?? NaN;
  }

  set(index: number, number: number): void {
    const part = Math.floor(index / PART_LENGTH);
    while (this.#parts.length <= part) {
      this.#parts.push(new Float64Array(PART_LENGTH).fill(NaN));
    }
    const numbers = this.#parts[part];
    if (numbers !== undefined) numbers[index % PART_LENGTH] = number;
  }
}
