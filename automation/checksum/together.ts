/** Several that go on once each of them has come so far. */
export class Together {
  readonly #all: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (cause: unknown) => void = () => undefined;
  #missingCount: number;

  /** @param count how many have to come; at least 1 */
  constructor(count: number) {
    this.#missingCount = count;
    this.#all = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever has not come yet hears of it when they come.
    this.#all.catch(() => undefined);
  }

  /** Says that one has come, and waits for the others. @throws what kept one of them away */
  arrive(): Promise<void> {
    this.#missingCount--;
    if (this.#missingCount === 0) this.#resolve();
    return this.#all;
  }

  /** Says that one does not come. The first cause counts. */
  fail(cause: unknown): void {
    this.#reject(cause);
  }
}
