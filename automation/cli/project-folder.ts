import { join } from "node:path";
import type { CommandContext } from "./command";

/** Where Lockstep keeps what belongs to a project: reports, and the state of the demo and of sandboxes. */
const PROJECT_FOLDER = ".lockstep";

/** A folder in it. @param folder the project's own */
export function projectFolder(folder: string, ...names: readonly string[]): string {
  return join(folder, PROJECT_FOLDER, ...names);
}

/** A name for a folder of this run alone: `2026-11-23T15-26-33-709Z-30231`. */
export function runName(context: CommandContext): string {
  const startedAt = new Date(context.clock.nowEpochMs()).toISOString().replaceAll(/[:.]/g, "-");
  return `${startedAt}-${process.pid}`;
}
