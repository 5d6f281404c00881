import { fitted, LiveRegion, type Screen } from "./screen";
import { count } from "./words";

/** After so long without a line one is due, whatever the count; then after twice as long, up to the longest. */
const FIRST_SILENCE_MS = 30_000;
const LONGEST_SILENCE_MS = 15 * 60_000;

/** A bar is drawn at most this often; the last state always is. */
const DRAW_EVERY_MS = 100;

interface Shown {
  readonly title: string;
  readonly doneCount: number;
  readonly totalCount: number;
  readonly note: string;
}

/**
 * Progress of one task at a time: a bar on a terminal; elsewhere a line for each quarter, and in between one after half a
 * minute, a minute, two and so on, so that a job of hours is seen to run and its log stays short.
 */
export class Progress {
  readonly #region: LiveRegion | undefined;
  #shown: Shown | undefined;
  #lastDrawnEpochMs = Number.NEGATIVE_INFINITY;
  #lastQuarter = 0;
  #lastLineEpochMs = 0;
  #silenceMs = FIRST_SILENCE_MS;

  constructor(
    screen: Screen | undefined,
    private readonly writeLine: (line: string) => void,
    private readonly nowEpochMs: () => number = Date.now,
  ) {
    this.#region = screen && new LiveRegion(screen);
  }

  update(title: string, doneCount: number, totalCount: number, note = ""): void {
    if (title !== this.#shown?.title) this.#start();
    this.#shown = { title, doneCount, totalCount, note };
    if (this.#region === undefined) this.#tell(this.#shown);
    else if (this.nowEpochMs() - this.#lastDrawnEpochMs >= DRAW_EVERY_MS) this.#drawBar();
  }

  /** Ends the bar and leaves it on the screen. */
  stop(): void {
    const shown = this.#shown;
    this.#shown = undefined;
    if (shown === undefined || this.#region === undefined) return;
    // Drawn once more and then let go of: what is on the screen stays.
    this.#region.show((columns) => [barLine(shown, columns)]);
    this.#region.leave();
  }

  #start(): void {
    this.stop();
    this.#lastQuarter = 0;
    this.#lastLineEpochMs = this.nowEpochMs();
    this.#lastDrawnEpochMs = Number.NEGATIVE_INFINITY;
    this.#silenceMs = FIRST_SILENCE_MS;
  }

  #drawBar(): void {
    this.#lastDrawnEpochMs = this.nowEpochMs();
    this.#region?.show((columns) => (this.#shown ? [barLine(this.#shown, columns)] : []));
  }

  #tell({ title, doneCount, totalCount, note }: Shown): void {
    const quarter = totalCount === 0 ? 4 : Math.floor((doneCount / totalCount) * 4);
    const now = this.nowEpochMs();
    const isDue = now - this.#lastLineEpochMs >= this.#silenceMs;
    if (quarter <= this.#lastQuarter && !isDue) return;
    if (isDue) this.#silenceMs = Math.min(LONGEST_SILENCE_MS, this.#silenceMs * 2);
    this.#lastQuarter = quarter;
    this.#lastLineEpochMs = now;
    this.writeLine(
      `  ${title}: ${count(doneCount)} of ${count(totalCount)}${note === "" ? "" : `, ${note}`}`,
    );
  }
}

const WIDEST_BAR = 30;
const NARROWEST_BAR = 5;

/** As in `  replicating [#####-----]   500/1,000 12 objects/s`. The bar gives way first where it is narrow. */
function barLine({ title, doneCount, totalCount, note }: Shown, columns: number): string {
  const total = count(totalCount);
  // The value in line with the total, so that the line does not jump.
  const numbers = `${count(doneCount).padStart(total.length)}/${total}${note === "" ? "" : ` ${note}`}`;
  const left = columns - `  ${title} [] ${numbers}`.length;
  const width = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, left));
  const share = totalCount === 0 ? 1 : Math.min(1, doneCount / totalCount);
  const filled = Math.round(share * width);
  const bar = "#".repeat(filled) + "-".repeat(width - filled);
  return fitted(`  ${title} [${bar}] ${numbers}`, columns);
}
