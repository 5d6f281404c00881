/** A point that works come to one after the other, and go on from one after the other, once all are there or have ended. */

/** How works take turns: each is given as what begins it. Rejected as the first of them is, in their order. */
export type RunWorks = <Result>(
  works: readonly (() => Promise<Result>)[],
) => Promise<readonly Result[]>;

/** One after the other; none is begun after one that was rejected. */
export async function inTurn<Result>(
  works: readonly (() => Promise<Result>)[],
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const work of works) results.push(await work());
  return results;
}

/** Works that need to know of each other before any of them goes on. At no time are two of them at it. */
export class Meeting<Brought> {
  readonly #brought: Brought[] = [];
  #tellsThatOneIsHere: () => void = () => undefined;
  #goOn: (() => void) | undefined;

  /** A work comes, once. @returns what those that came have brought, in their order, when it is this one's turn to go on */
  async come(brought: Brought): Promise<readonly Brought[]> {
    this.#brought.push(brought);
    await new Promise<void>((goOn) => {
      this.#goOn = goOn;
      this.#tellsThatOneIsHere();
    });
    return this.#brought;
  }

  /** The works that may come. All are begun, and end, whatever becomes of the others. */
  async run<Result>(works: readonly (() => Promise<Result>)[]): Promise<readonly Result[]> {
    const begun: {
      ended: Promise<PromiseSettledResult<Result>>;
      goOn: (() => void) | undefined;
    }[] = [];
    for (const work of works) {
      this.#goOn = undefined;
      const oneIsHere = new Promise<void>((resolve) => (this.#tellsThatOneIsHere = resolve));
      const ended = Promise.allSettled([work()]).then(([end]) => end);
      await Promise.race([ended, oneIsHere]);
      begun.push({ ended, goOn: this.#goOn });
    }
    const ends: PromiseSettledResult<Result>[] = [];
    for (const { ended, goOn } of begun) {
      goOn?.();
      ends.push(await ended);
    }
    return ends.map((end) => {
      if (end.status === "rejected") throw end.reason;
      return end.value;
    });
  }
}
