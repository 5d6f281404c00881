import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * Makes a virtual environment with a package, and answers the folder of its programs.
 * @param folder of the environment
 * @param requirement as pip takes it, with its version
 * @throws Error where one of both cannot be had here
 */
export function pythonWith(folder: string, requirement: string): string {
  process.stderr.write(`Installing ${requirement} for the comparison ...\n`);
  const programs = join(folder, "bin");
  run("python3", ["-m", "venv", folder]);
  run(join(programs, "pip"), ["install", "--quiet", requirement]);
  return programs;
}

/** Runs a program to its end. @throws Error where it does not succeed */
export function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}.`);
}
