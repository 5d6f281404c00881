import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRun {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** Resolves with the whole output as soon as it holds the text so often, once by default; rejects when the process ends without it. */
  waitFor(text: string, timesCount?: number): Promise<string>;
}

/** Starts the command line as a process of its own, as a user does. */
export function startCli(
  args: readonly string[],
  options: { cwd?: string; environment?: Record<string, string>; installation?: string } = {},
): CliRun {
  const program = join(options.installation ?? ROOT, "scripts", "lockstep.mjs");
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, NO_COLOR: "1", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    tell();
  });
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return {
    child,
    ended,
    waitFor: (text, timesCount = 1) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if ((stdout + stderr).split(text).length <= timesCount) return;
          listeners.delete(look);
          resolve(stdout + stderr);
        };
        listeners.add(look);
        void ended.then(() => reject(new Error(`ended without "${text}":\n${stdout}${stderr}`)));
        look();
      }),
  };
}

/** Runs the command line to its end. */
export function runCli(...args: Parameters<typeof startCli>): Promise<CliResult> {
  return startCli(...args).ended;
}

/** The events of a `--json` output; throws when a line of it is anything else. */
export function events(result: CliResult): readonly Record<string, unknown>[] {
  return result.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
