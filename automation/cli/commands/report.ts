import { writeFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { LockstepError } from "../../errors";
import { chooseLevel, type InventoryEngine } from "../../levels/choose-level";
import type { Level } from "../../levels/levels";
import type { Report } from "../../report/fields";
import { reportHtml } from "../../report/html";
import { reportJson } from "../../report/json";
import { reportJunit } from "../../report/junit";
import { reportMarkdown } from "../../report/markdown";
import type { CommandContext, CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { notWrittenWhole } from "../output-file";
import { type Flags, STDOUT } from "../options";
import { environmentOf, verdictsExit } from "./environment";

type Format = NonNullable<Flags["format"]>;

/** `lockstep report`: what `verify` finds, as a document. */
export const report: CommandHandler = async (context) => {
  const { level, sample: sampleCount, sampleSeed: seed, source } = context.flags;
  const { annotations, engine, rpo, since } = context.flags;
  const wish = { annotations, rpo, sampleCount, seed, since };
  const document = DocumentFile.of(context);
  const details = DetailsFile.of(context);
  // A wrong call is told before anything is opened.
  chooseLevel({ ...wish, engine, level });
  const environment = await environmentOf(context);
  const found = await environment.report({
    signal: context.signal,
    source,
    ...wish,
    // `chooseLevel` has refused what is none.
    level: level as Level | undefined,
    engine: engine as InventoryEngine | undefined,
    onLook: details && ((name, look) => details.write(name, look)),
  });
  await document.write(found.report);
  details?.requireWritten();
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
   * The file is there and empty by then: `withEmptiedOutputs`.
   * @throws LockstepError `ConfigInvalid` where two outputs would be mixed on standard output
   */
  static of(context: CommandContext): DocumentFile {
    const { format, json, out = STDOUT } = context.flags;
    const chosen = format ?? FORMAT_BY_EXTENSION[extname(out).toLowerCase()] ?? "html";
    if (out === STDOUT && json === true) throw mixed();
    return new DocumentFile(
      context,
      chosen,
      out === STDOUT ? undefined : resolve(context.folder, out),
    );
  }

  /** @throws LockstepError `ConfigInvalid` where the file cannot be written to its end */
  async write(report: Report): Promise<void> {
    const text = await DOCUMENTS[this.format](report);
    if (this.path === undefined) return this.context.writeOut(text);
    try {
      await writeFile(this.path, text);
    } catch (error) {
      throw await notWrittenWhole("--out", this.path, error);
    }
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
