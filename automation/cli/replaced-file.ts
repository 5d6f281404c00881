import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf } from "../errors";
import type { CommandContext } from "./command";
import { notWritten, requireNotRead } from "./output-file";
import type { NamedFile } from "./same-file";

/**
 * A file that an option names, and that is there whole or as it was before: it is written under another name beside it, once it is known
 * what is to be written, and takes the place of an earlier one in one step.
 */
export class ReplacedFile {
  private constructor(
    private readonly option: string,
    private readonly path: string,
    /** Of what is there; undefined where nothing is. */
    private readonly earlier: Stats | undefined,
  ) {}

  /**
   * Looks at what is there, and changes nothing.
   * @param name as it was given; undefined: nothing is to be written
   * @param read what is read meanwhile, and must not be written over
   * @throws LockstepError `ConfigInvalid` for one of `read`, a folder, and where there is no folder to write into
   */
  static async open(
    { folder }: Pick<CommandContext, "folder">,
    option: string,
    name: string | undefined,
    read: readonly NamedFile[],
  ): Promise<ReplacedFile | undefined> {
    if (name === undefined) return undefined;
    const given = resolve(folder, name);
    await requireNotRead(option, given, read);
    // What a link leads to is written, and the link stays.
    const path = await realpath(given).catch(() => given);
    const earlier = await stat(path).catch(() => undefined);
    if (earlier?.isDirectory() === true) throw notWritten(option, given, "it is a folder");
    const parent = await stat(dirname(path)).catch(() => undefined);
    if (parent?.isDirectory() !== true) {
      throw notWritten(option, given, `there is no folder ${dirname(path)}`);
    }
    return new ReplacedFile(option, path, earlier);
  }

  /** @throws LockstepError `ConfigInvalid` where it cannot be written; what was there is there still */
  async write(text: string): Promise<void> {
    const partPath = join(dirname(this.path), `.${basename(this.path)}.${randomUUID()}.part`);
    try {
      // A device or a pipe holds nothing that could be half there, and nothing takes its place.
      if (this.earlier?.isFile() === false) return await writeFile(this.path, text);
      await writeFile(partPath, text, { flag: "wx" });
      if (this.earlier !== undefined) await chmod(partPath, this.earlier.mode);
      await rename(partPath, this.path);
    } catch (error) {
      throw notWritten(this.option, this.path, messageOf(error), error);
    } finally {
      await rm(partPath, { force: true });
    }
  }
}
