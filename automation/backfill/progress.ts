/**
 * How a job went on, in at most 200 samples: where there are more, every second one is left out, and from then on half as many are taken.
 * So a job of a minute and one of a week are told alike.
 */
import { z } from "zod";
import type { EventTable } from "../events";

/** So many are kept. */
const SAMPLES_LIMIT = 200;

/** Milliseconds since the Unix epoch, tasks that have ended, and those of them that failed. */
const sampleSchema = z.tuple([
  z.number().int().nonnegative().max(8_640_000_000_000_000),
  z.number().int().nonnegative(),
  z.number().int().nonnegative(),
]);

/** As a record of the ledger has it. */
export const progressSchema = z.object({
  /** Tasks in all. */
  totalCount: z.number().int().nonnegative(),
  samples: z.array(sampleSchema).max(SAMPLES_LIMIT),
});

export type ProgressSample = z.infer<typeof sampleSchema>;
type ProgressRecord = z.infer<typeof progressSchema>;

/** Gathers samples of one job. */
export class ProgressSeries {
  #samples: ProgressSample[] = [];
  #last: ProgressSample | undefined;
  #totalCount = 0;
  /** Of so many looks one is kept. */
  #stride = 1;
  #looksCount = 0;

  /** Notes what a look at the job has told. */
  add(
    epochMs: number,
    {
      doneCount,
      failedCount,
      totalCount,
    }: Pick<EventTable["job-progress"], "doneCount" | "failedCount" | "totalCount">,
  ): void {
    this.#last = [Math.max(0, Math.round(epochMs)), doneCount, failedCount];
    this.#totalCount = totalCount;
    if (this.#looksCount++ % this.#stride !== 0) return;
    this.#samples.push(this.#last);
    if (this.#samples.length < SAMPLES_LIMIT) return;
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }

  /** For the ledger; undefined where nothing was seen. The last look is always in it. */
  get record(): ProgressRecord | undefined {
    if (this.#last === undefined) return undefined;
    const samples =
      this.#samples.at(-1) === this.#last ? this.#samples : [...this.#samples, this.#last];
    return { totalCount: this.#totalCount, samples: [...samples] };
  }
}
