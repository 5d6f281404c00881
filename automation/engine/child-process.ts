import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { abortedError } from "../errors";
import { allowManyListeners } from "../signals";

export interface ChildOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Stop the child after this many milliseconds. */
  readonly timeoutMs?: number;
  readonly onStderrLine?: (line: string) => void;
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
  /** Messages that the child sends by `process.send`. */
  readonly onMessage?: (message: unknown) => void;
  /**
   * Gives the child files to write to instead of pipes. When this process is killed, a child that writes to a broken
   * pipe is killed too; one that writes to a file can end in order. `onStdout`, `onStderr` come once, at the end.
   */
  readonly mayOutliveUs?: boolean;
  /** Sent to the whole group of the child when the signal is given. */
  readonly stopSignal?: "SIGINT" | "SIGTERM";
}

export interface ChildResult {
  /** Null when a signal ended it or it could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started. */
  readonly startError?: Error;
  readonly timedOut: boolean;
}

/** Process groups alive now; a forced end of this process takes them along. */
const groups = new Set<ChildProcess>();

/**
 * Ends every child at once, without a chance to tidy up; for the second Ctrl-C and for the last moment of the process.
 */
export function killAllChildren(): void {
  for (const child of groups) sendToGroup(child, "SIGKILL");
}

/**
 * Runs a program in its own process group, so that a Ctrl-C of the terminal reaches only us and we pass it on once: a
 * second interrupt would make the Pulumi engine drop what it is doing without saving.
 * @throws LockstepError `Aborted` when the signal ended it
 */
export function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildResult> {
  if (options.signal?.aborted === true) return Promise.reject(abortedError());
  const files = options.mayOutliveUs === true ? new OutputFiles() : undefined;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.environment },
      stdio: [
        "ignore",
        files?.stdout ?? "pipe",
        files?.stderr ?? "pipe",
        ...(options.onMessage === undefined ? [] : ["ipc" as const]),
      ],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    groups.add(child);
    let stdout = "";
    let stderr = "";
    let pendingLine = "";
    let timedOut = false;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      options.onStdout?.(text);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      options.onStderr?.(text);
      const lines = (pendingLine + text).split("\n");
      pendingLine = lines.pop() ?? "";
      for (const line of lines) options.onStderrLine?.(line);
    });
    if (options.onMessage !== undefined) child.on("message", options.onMessage);
    const stop = (): void => sendToGroup(child, options.stopSignal ?? "SIGTERM");
    allowManyListeners(options.signal);
    options.signal?.addEventListener("abort", stop, { once: true });
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            sendToGroup(child, "SIGKILL");
          }, options.timeoutMs);
    const finish = (exitCode: number | null, startError?: Error): void => {
      clearTimeout(timer);
      groups.delete(child);
      options.signal?.removeEventListener("abort", stop);
      if (files !== undefined) {
        ({ stdout, stderr } = files.readAndRemove());
        options.onStdout?.(stdout);
        options.onStderr?.(stderr);
      }
      if (options.signal?.aborted === true) {
        reject(abortedError());
      } else {
        resolve({ exitCode, stdout, stderr, timedOut, ...(startError && { startError }) });
      }
    };
    child.once("error", (error) => finish(null, error));
    child.once("close", (exitCode) => finish(exitCode));
  });
}

/** Two files that only their open descriptors know, so that none is left whatever way this process ends. */
class OutputFiles {
  readonly #folder = mkdtempSync(join(tmpdir(), "lockstep-output-"));
  readonly stdout = openSync(join(this.#folder, "stdout"), "w+");
  readonly stderr = openSync(join(this.#folder, "stderr"), "w+");

  constructor() {
    // Windows keeps the names of open files; there they go at the end.
    if (process.platform !== "win32") this.#removeNames();
  }

  readAndRemove(): { stdout: string; stderr: string } {
    const read = (file: number): string => {
      const buffer = Buffer.alloc(fstatSync(file).size);
      readSync(file, buffer, 0, buffer.length, 0);
      closeSync(file);
      return buffer.toString("utf8");
    };
    const texts = { stdout: read(this.stdout), stderr: read(this.stderr) };
    if (process.platform === "win32") this.#removeNames();
    return texts;
  }

  #removeNames(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function sendToGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // The group may have ended between the check and the signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
