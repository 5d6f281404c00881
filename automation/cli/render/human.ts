import type { EventTable, LockstepEvent } from "../../events";
import { isResult, linesOf } from "./event-words";
import { Progress } from "./progress";
import type { Renderer } from "./renderer";
import { ResourceTree } from "./resource-tree";
import { safeFields, safeLines } from "./safe-text";
import { LiveRegion, type Screen } from "./screen";
import { count, counted, duration, timeLeft } from "./words";

/** Where text goes, and what can be drawn on. */
export interface HumanOutput {
  /** For results. */
  readonly out: (text: string) => void;
  /** For everything else. */
  readonly err: (text: string) => void;
  /** Where bars and trees are drawn; without one everything is told line by line. */
  readonly screen?: Screen | undefined;
  /** Tells what is left out otherwise. */
  readonly isVerbose?: boolean;
  readonly nowEpochMs?: () => number;
}

/** Results go to stdout, all else to stderr: questions apart, which are asked where there is a terminal. */
export class HumanRenderer implements Renderer {
  readonly #progress: Progress;
  readonly #tree = new ResourceTree();
  readonly #region: LiveRegion | undefined;
  #lastEngineLineMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly output: HumanOutput) {
    const { err, nowEpochMs, screen } = output;
    this.#progress = new Progress(screen, (line) => err(`${line}\n`), nowEpochMs);
    this.#region = screen && new LiveRegion(screen);
  }

  render(told: LockstepEvent): void {
    // Here and nowhere else: whatever an event holds of AWS's, no text of it reaches the terminal as it is.
    const event = safeFields(told);
    if (this.#renderProgress(event)) return;
    if (event.type === "resource" && this.#region !== undefined) {
      this.#tree.add(event);
      this.#region.show((columns, rows) => this.#tree.liveLines(columns, rows));
      return;
    }
    const lines = linesOf(event, this.output.isVerbose === true);
    // What the engine says while it works is told above the tree, which goes on below.
    if (event.type === "diagnostic") {
      this.#above(lines);
      return;
    }
    this.#settle();
    this.#tell(
      event.type === "stage" ? lines.map((line) => this.#bold(line)) : lines,
      isResult(event) ? "out" : "err",
    );
  }

  print(line: string): void {
    this.#settle();
    this.output.out(`${safeLines(line)}\n`);
  }

  pause(): void {
    this.#settle();
  }

  interrupted(): void {
    this.#settle();
    this.output.err("\nStopping cleanly; press Ctrl-C again to stop at once.\n");
  }

  finish(): void {
    this.#settle();
  }

  #tell(lines: readonly string[], stream: "out" | "err"): void {
    if (lines.length > 0) this.output[stream](lines.map((line) => `${line}\n`).join(""));
  }

  #above(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#progress.stop();
    this.#region?.clear();
    this.#tell(lines, "err");
    if (!this.#tree.isEmpty) {
      this.#region?.show((columns, rows) => this.#tree.liveLines(columns, rows));
    }
  }

  /** Ends what is live: the bar stays as it is, the tree is written whole. */
  #settle(): void {
    this.#progress.stop();
    if (this.#tree.isEmpty) return;
    this.#region?.clear();
    const columns = this.output.screen?.columns ?? Number.POSITIVE_INFINITY;
    this.#tell(this.#tree.lines(columns), this.#tree.isPlan ? "out" : "err");
    this.#tree.clear();
  }

  #renderProgress(event: LockstepEvent): boolean {
    switch (event.type) {
      case "seed-progress":
        this.#progress.update("files", event.doneCount, event.totalCount);
        return true;
      case "job-progress": {
        const rate = event.objectsPerSecond;
        const note = [
          ...(rate === null ? [] : [`${count(rate)} objects/s`]),
          ...(event.remainingMs === null ? [] : [`${timeLeft(event.remainingMs)} left`]),
        ].join(", ");
        this.#progress.update("replicating", event.doneCount, event.totalCount, note);
        return true;
      }
      case "settle-progress":
        this.#progress.update("settled at the source", event.settledCount, event.totalCount);
        return true;
      case "inventory-progress":
        this.#progress.update("bytes of inventories", event.doneBytes, event.totalBytes);
        return true;
      case "verify-progress":
        this.#progress.update("looked at in the vaults", event.doneCount, event.totalCount);
        return true;
      case "engine-progress":
        this.#renderEngineProgress(event);
        return true;
      default:
        return false;
    }
  }

  /** To stderr: getting the engine is set-up and not a result. */
  #renderEngineProgress(event: EventTable["engine-progress"]): void {
    const isNew = event.elapsedMs < this.#lastEngineLineMs;
    if (!isNew && event.elapsedMs - this.#lastEngineLineMs < ENGINE_LINE_EVERY_MS) return;
    this.#lastEngineLineMs = event.elapsedMs;
    const built =
      event.packagesBuilt === undefined ? "" : `, ${counted(event.packagesBuilt, "package")} built`;
    this.output.err(`${event.message}: ${duration(event.elapsedMs)}${built}\n`);
  }

  #bold(text: string): string {
    const isPlain = this.output.screen === undefined || (process.env["NO_COLOR"] ?? "") !== "";
    return isPlain ? text : `\u001b[1m${text}\u001b[22m`;
  }
}

const ENGINE_LINE_EVERY_MS = 4_000;
