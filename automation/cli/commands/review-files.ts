import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { LockstepError, messageOf, type Problem } from "../../errors";
import { packageVersion } from "../../package-root";
import { reviewMarkdown } from "../../review/markdown";
import type { Review } from "../../review/review";
import { reviewSarif } from "../../review/sarif";
import type { CommandContext } from "../command";
import { STDOUT } from "../options";

/** The documents that a review can be written as, by the option that names their file. */
const DOCUMENTS = {
  markdown: reviewMarkdown,
  sarif: (review: Review) =>
    `${JSON.stringify(reviewSarif(review, { version: packageVersion() }), null, 2)}\n`,
} as const;

type DocumentName = keyof typeof DOCUMENTS;
const NAMES = Object.keys(DOCUMENTS) as readonly DocumentName[];

/** Where the documents of a review go. */
export class ReviewFiles {
  private constructor(
    private readonly context: CommandContext,
    private readonly files: readonly { readonly name: DocumentName; readonly path: string }[],
  ) {}

  /**
   * Looks at the options before anything is done.
   * @throws LockstepError `ConfigInvalid` where two outputs would be mixed on standard output, or a file cannot be written
   */
  static async create(context: CommandContext): Promise<ReviewFiles> {
    const files = NAMES.flatMap((name) => {
      const path = context.flags[name];
      return path === undefined ? [] : [{ name, path }];
    });
    const problems = [...mixed(files, context), ...(await unwritable(files, context))];
    if (problems.length > 0) {
      throw new LockstepError("ConfigInvalid", "The review cannot be written as asked.", {
        problems,
        hint: "Nothing was looked at yet.",
      });
    }
    return new ReviewFiles(context, files);
  }

  async write(review: Review): Promise<void> {
    for (const { name, path } of this.files) {
      const text = DOCUMENTS[name](review);
      if (path === STDOUT) this.context.writeOut(text);
      else await writeFile(resolve(this.context.folder, path), text);
    }
  }
}

type Files = readonly { readonly name: DocumentName; readonly path: string }[];

function mixed(files: Files, { flags }: CommandContext): readonly Problem[] {
  const onStdout = files.filter(({ path }) => path === STDOUT).map(({ name }) => `--${name}`);
  const all = [...onStdout, ...(flags.json === true ? ["--json"] : [])];
  if (onStdout.length === 0 || all.length === 1) return [];
  return onStdout.slice(flags.json === true ? 0 : 1).map((path) => ({
    path,
    message: `standard output takes one of ${all.join(", ")}: name a file for the others`,
  }));
}

async function unwritable(files: Files, { folder }: CommandContext): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { name, path } of files) {
    if (path === STDOUT) continue;
    const file = resolve(folder, path);
    try {
      const found = await stat(file).catch(() => undefined);
      if (found?.isDirectory() === true) throw new Error(`${file} is a folder`);
      await access(found === undefined ? dirname(file) : file, constants.W_OK);
    } catch (error) {
      problems.push({
        path: `--${name}`,
        message: `${messageOf(error)}: name a file in a folder that is there and may be written to`,
      });
    }
  }
  return problems;
}
