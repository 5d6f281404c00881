import { randomUUID } from "node:crypto";
import { access, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LockstepError, messageOf } from "../errors";

/**
 * A file that is there whole or not at all: it is written under another name beside it, and renamed. One that is there already is never
 * written over: what was signed once may be asked for for years.
 */
export class OutFile {
  private constructor(
    /** Absolute. */
    readonly path: string,
    /** To write to. */
    readonly partPath: string,
  ) {}

  /** @throws LockstepError `ConfigInvalid` where there is one already, or none can be written */
  static async open(path: string): Promise<OutFile> {
    await requireNone(path);
    const partPath = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
    try {
      await writeFile(partPath, "", { flag: "wx" });
    } catch (error) {
      throw invalid(`${path} cannot be written: ${messageOf(error)}`, error);
    }
    return new OutFile(path, partPath);
  }

  /** Gives it its name. */
  async finish(): Promise<void> {
    await requireNone(this.path);
    await rename(this.partPath, this.path);
  }

  /** Takes away what was written, if it has not its name yet. */
  async discard(): Promise<void> {
    await rm(this.partPath, { force: true });
  }
}

async function requireNone(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw invalid(`${path} is there already, and evidence is never written over`);
}

function invalid(message: string, cause?: unknown): LockstepError {
  return new LockstepError("ConfigInvalid", "The bundle cannot be written.", {
    problems: [{ path: "--out", message }],
    hint: "Name a new file in a folder that is there and may be written to.",
    cause,
  });
}
