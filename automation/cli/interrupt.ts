import { killAllChildren } from "../engine/child-process";
import { allowManyListeners } from "../signals";
import { EXIT } from "./exit-codes";

/**
 * Ctrl-C and SIGTERM: the first one asks everything to stop and lets it tidy up, the second one ends the process and its
 * children at once.
 */
export class Interrupts {
  readonly #controller = new AbortController();
  #exitCode: number | undefined;

  constructor(private readonly onFirst: () => void) {
    allowManyListeners(this.#controller.signal);
    for (const signal of SIGNALS) process.on(signal, this.#receive);
    // Nothing may be left behind whatever way the process ends.
    process.once("exit", killAllChildren);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Exit code of the signal that came; undefined when none did. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Stops the work without a signal, as when nobody reads the output any more. */
  stop(exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#controller.abort();
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    const exitCode = signal === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    if (this.#controller.signal.aborted) {
      killAllChildren();
      process.exit(exitCode);
    }
    this.onFirst();
    this.stop(exitCode);
  };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
