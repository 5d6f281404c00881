/** The command line on a terminal, as somebody has it who sits before it. */

import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const ROOT = join(__dirname, "..", "..");

/** What is used of `@lydell/node-pty`. */
interface Pty {
  readonly pid: number;
  onData(listener: (text: string) => void): unknown;
  onExit(listener: (end: { readonly exitCode: number }) => void): unknown;
  resize(columns: number, rows: number): void;
  write(text: string): void;
}

/** A command that runs on a terminal. */
export interface TerminalRun {
  /** All that it has written, with what moves the cursor. */
  readonly text: () => string;
  readonly ended: Promise<number>;
  /** Resolves as soon as the text holds it, plain or as it is; rejects when the command ends without it. */
  waitFor(part: string | RegExp, options?: { readonly isPlain?: boolean }): Promise<void>;
  type(text: string): void;
  resize(columns: number, rows?: number): void;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts `lockstep <args>` on a terminal of its own. */
export function startOnTerminal(args: readonly string[], options: TerminalOptions): TerminalRun {
  const program = join(ROOT, "scripts", "lockstep.mjs");
  return runOnTerminal(process.execPath, [program, ...args], options);
}

/** Starts a program on a terminal of its own. */
export function runOnTerminal(
  file: string,
  args: readonly string[],
  { columns = 80, cwd, environment, rows = 24 }: TerminalOptions,
): TerminalRun {
  // Of the package with prebuilt programs for each platform: nothing is compiled where it is installed.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { spawn } = require("@lydell/node-pty") as {
    spawn(file: string, args: readonly string[], options: object): Pty;
  };
  const env = { ...process.env, NO_COLOR: "", TERM: "xterm-256color", ...environment };
  const pty = spawn(file, [...args], { cols: columns, rows, cwd, env });
  let text = "";
  let hasEnded = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  pty.onData((more) => {
    text += more;
    tell();
  });
  const ended = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => {
      hasEnded = true;
      resolve(exitCode);
      tell();
    });
  });
  return {
    text: () => text,
    ended,
    waitFor: (part, { isPlain = false } = {}) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const seen = isPlain ? stripVTControlCharacters(text) : text;
          const isThere = typeof part === "string" ? seen.includes(part) : part.test(seen);
          if (!isThere && !hasEnded) return;
          listeners.delete(look);
          if (isThere) resolve();
          else reject(new Error(`ended without ${String(part)}:\n${text}`));
        };
        listeners.add(look);
        look();
      }),
    type: (typed) => pty.write(typed),
    resize: (newColumns, newRows = rows) => pty.resize(newColumns, newRows),
  };
}
