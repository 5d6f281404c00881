import { access } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** Path of a file as code scanning and comments name it: from the root of its repository, with slashes. */
export async function pathInRepository(file: string): Promise<string> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const isRoot = await access(join(folder, ".git")).then(
      () => true,
      () => false,
    );
    if (isRoot) return relative(folder, file).split(sep).join("/");
    // Of no repository: from the folder that it is in.
    if (folder === dirname(folder)) return relative(dirname(file), file);
  }
}
