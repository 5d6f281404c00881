import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { LockstepError } from "../../errors";
import { chooseLevel } from "../../levels/choose-level";
import type { Level } from "../../levels/levels";
import type { Report } from "../../report/fields";
import { reportHtml } from "../../report/html";
import { reportJson } from "../../report/json";
import { reportJunit } from "../../report/junit";
import { reportMarkdown } from "../../report/markdown";
import type { CommandContext, CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { emptiedFile } from "../output-file";
import { type Flags, STDOUT } from "../options";
import { environmentOf, verdictsExit } from "./environment";

type Format = NonNullable<Flags["format"]>;

/** `lockstep report`: what `verify` finds, as a document. */
export const report: CommandHandler = async (context) => {
  const { annotations, level, sample: sampleCount, sampleSeed: seed, source } = context.flags;
  // A wrong call is told before anything is opened or written.
  chooseLevel({ annotations, level, sampleCount, seed });
  const environment = await environmentOf(context);
  const document = await DocumentFile.create(context);
  const details = await DetailsFile.create(context);
  const found = await environment.report({
    signal: context.signal,
    source,
    annotations,
    // `chooseLevel` has refused what is none.
    level: level as Level | undefined,
    sampleCount,
    seed,
    onLook: details && ((name, look) => details.write(name, look)),
  });
  await document.write(found.report);
  return verdictsExit(found);
};

const DOCUMENTS: Readonly<Record<Format, (report: Report) => string | Promise<string>>> = {
  html: reportHtml,
  markdown: reportMarkdown,
  junit: reportJunit,
  json: reportJson,
};

const FORMAT_BY_EXTENSION: Readonly<Record<string, Format>> = {
  ".html": "html",
  ".htm": "html",
  ".md": "markdown",
  ".xml": "junit",
  ".json": "json",
};

/** Where the report goes. */
class DocumentFile {
  private constructor(
    private readonly context: CommandContext,
    private readonly format: Format,
    /** Undefined: standard output. */
    private readonly path: string | undefined,
  ) {}

  /**
   * Looks at the options before anything is looked at, and empties the file, so that nobody takes an earlier report for this one.
   * @throws LockstepError `ConfigInvalid` where two outputs would be mixed on standard output, or the file cannot be written
   */
  static async create(context: CommandContext): Promise<DocumentFile> {
    const { format, json, out = STDOUT } = context.flags;
    const chosen = format ?? FORMAT_BY_EXTENSION[extname(out).toLowerCase()] ?? "html";
    if (out === STDOUT) {
      if (json === true) throw mixed();
      return new DocumentFile(context, chosen, undefined);
    }
    return new DocumentFile(context, chosen, await emptiedFile(context, "--out", out));
  }

  async write(report: Report): Promise<void> {
    const text = await DOCUMENTS[this.format](report);
    if (this.path === undefined) this.context.writeOut(text);
    else await writeFile(this.path, text);
  }
}

function mixed(): LockstepError {
  return new LockstepError("ConfigInvalid", "The report cannot be written as asked.", {
    problems: [
      {
        path: "--json",
        message:
          "standard output takes the report or the events: name a file with --out, or leave --json out (--format json is the report as JSON)",
      },
    ],
    hint: "Nothing was looked at yet.",
  });
}
