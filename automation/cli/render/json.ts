import type { LockstepEvent } from "../../events";
import type { Renderer } from "./renderer";

/**
 * One JSON object a line on stdout, and nothing else there. The last verdict is kept for the end: whoever reads the last
 * line has the result, and over several sources that is the closing one.
 */
export class JsonRenderer implements Renderer {
  #verdict: LockstepEvent | undefined;

  constructor(
    private readonly write: (text: string) => void = (text) => void process.stdout.write(text),
  ) {}

  render(event: LockstepEvent): void {
    if (event.type !== "verdict") {
      this.#writeEvent(event);
      return;
    }
    this.finish();
    this.#verdict = event;
  }

  print(): void {}

  pause(): void {}

  interrupted(): void {}

  finish(): void {
    if (this.#verdict !== undefined) this.#writeEvent(this.#verdict);
    this.#verdict = undefined;
  }

  #writeEvent(event: LockstepEvent): void {
    this.write(`${JSON.stringify(event)}\n`);
  }
}
