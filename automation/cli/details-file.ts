import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LockstepError, messageOf } from "../errors";
import type { Look } from "../look/look";
import type { CommandContext } from "./command";

/**
 * The file that `--details` names: one JSON object a line, one line for each version at each vault, with keys exactly as they
 * are. A command may look more than once at a source; its last look counts.
 */
export class DetailsFile {
  readonly #looks = new Map<string, Look>();

  private constructor(readonly path: string) {}

  /**
   * Undefined without the option.
   * @throws LockstepError `ConfigInvalid` when it cannot be written, before anything is looked at
   */
  static async create(context: CommandContext): Promise<DetailsFile | undefined> {
    const { details } = context.flags;
    if (details === undefined) return undefined;
    const path = resolve(context.folder, details);
    try {
      await writeFile(path, "");
    } catch (error) {
      throw new LockstepError("ConfigInvalid", `--details: ${path} cannot be written.`, {
        problems: [{ path: "--details", message: messageOf(error) }],
        hint: "Name a file in a folder that is there and may be written to.",
        cause: error,
      });
    }
    return new DetailsFile(path);
  }

  /** Writes the outcomes of a look at one source, beside those of the other sources. */
  async write(source: string, look: Look): Promise<void> {
    this.#looks.set(source, look);
    await writeFile(this.path, lines(this.#looks));
  }
}

function* lines(looks: ReadonlyMap<string, Look>): Generator<string> {
  for (const [source, { versions }] of looks) {
    for (const { outcomes } of versions) {
      for (const outcome of outcomes) yield `${JSON.stringify({ source, ...outcome })}\n`;
    }
  }
}
