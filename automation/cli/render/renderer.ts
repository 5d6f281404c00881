import type { LockstepEvent } from "../../events";

/** Turns events into output. */
export interface Renderer {
  render(event: LockstepEvent): void;
  /** A line that is not an event; nothing with `--json`. */
  print(line: string): void;
  /** Leaves the screen in order for a question. */
  pause(): void;
  /** The first Ctrl-C came. */
  interrupted(): void;
  /** Nothing comes any more. */
  finish(): void;
}
