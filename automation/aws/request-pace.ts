/**
 * How many requests are on their way at once: more with each that is answered, half as many once S3 says that they are too
 * many. S3 gives each prefix a rate of its own, and takes its time to raise it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */

import { abortedError, throwIfAborted } from "../errors";

/** Requests on their way at the most, for one prefix. */
export const MOST_IN_FLIGHT = 128;

const FIRST_LIMIT = 32;

/** Prefixes whose pace is remembered while nothing is on its way to them. */
const REMEMBERED_COUNT = 1_000;

/** What became of a request. */
export type Answer = "answered" | "throttled";

/** How to tell what became of a request. Whatever is not asked for was answered. */
export interface Tell<Result> {
  readonly ofError?: (error: unknown) => Answer;
  readonly ofResult?: (result: Result) => Answer;
}

/** The paces of prefixes. */
export class Paces {
  readonly #paces = new Map<string, Pace>();

  /** Sends when there is a place for it, and takes note of the answer. */
  async pass<Result>(
    prefix: string,
    signal: AbortSignal | undefined,
    send: () => Promise<Result>,
    { ofError, ofResult }: Tell<Result>,
  ): Promise<Result> {
    const pace = this.#paceOf(prefix);
    const turn = pace.isFull ? await pace.wait(signal) : pace.enter();
    let answer: Answer = "answered";
    try {
      const result = await send();
      answer = ofResult?.(result) ?? answer;
      return result;
    } catch (error) {
      answer = ofError?.(error) ?? answer;
      throw error;
    } finally {
      pace.leave(turn, answer);
    }
  }

  #paceOf(prefix: string): Pace {
    const known = this.#paces.get(prefix);
    if (known !== undefined) return known;
    if (this.#paces.size >= REMEMBERED_COUNT) {
      for (const [name, { isIdle }] of this.#paces) if (isIdle) this.#paces.delete(name);
    }
    const made = new Pace();
    this.#paces.set(prefix, made);
    return made;
  }
}

/** One request on its way: the number of times that the pace had been halved when it set out. */
type Turn = number;

/** Of one prefix. */
export class Pace {
  #limit = FIRST_LIMIT;
  #inFlight = 0;
  #halvings = 0;
  readonly #waiting: (() => void)[] = [];

  /** How many may be on their way now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** The next one has to wait. */
  get isFull(): boolean {
    return this.#inFlight >= this.limit;
  }

  /** Nothing is on its way, or about to be. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && this.#waiting.length === 0;
  }

  /** Takes a place. */
  enter(): Turn {
    this.#inFlight++;
    return this.#halvings;
  }

  /**
   * Waits for a place and takes it, in the order of asking.
   * @throws LockstepError `Aborted` as soon as the signal is given
   */
  wait(signal: AbortSignal | undefined): Promise<Turn> {
    throwIfAborted(signal);
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener("abort", stop);
        resolve(this.enter());
      };
      const stop = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(abortedError());
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#waiting.push(go);
    });
  }

  /** Gives a place back. */
  leave(turn: Turn, answer: Answer): void {
    this.#inFlight--;
    if (answer === "answered") this.#rise();
    // Those that were on their way together are throttled together, and say one thing.
    else if (turn === this.#halvings) {
      this.#halvings++;
      this.#limit = Math.max(1, this.#limit / 2);
    }
    while (!this.isFull && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  /** By one for each answer until the first halving, then by one for each round of answers. */
  #rise(): void {
    const step = this.#halvings === 0 ? 1 : 1 / this.#limit;
    this.#limit = Math.min(MOST_IN_FLIGHT, this.#limit + step);
  }
}
