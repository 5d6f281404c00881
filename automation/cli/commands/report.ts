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
import { emptiedFile } from "../output-file";
import { sameFile } from "../same-file";
import { type Flags, STDOUT } from "../options";
import { environmentOf, verdictsExit } from "./environment";

type Format = NonNullable<Flags["format"]>;

/** `lockstep report`: what `verify` finds, as a document. */
export const report: CommandHandler = async (context) => {
  const { level, sample: sampleCount, sampleSeed: seed, source } = context.flags;
  const { annotations, engine, rpo, since } = context.flags;
  const wish = { annotations, rpo, sampleCount, seed, since };
  // A wrong call is told before anything is opened or written.
  chooseLevel({ ...wish, engine, level });
  await requireTwoFiles(context);
  const environment = await environmentOf(context);
  const document = await DocumentFile.create(context);
  const details = await DetailsFile.create(context);
  // What was not there before may be one file by two names.
  await requireTwoFiles(context);
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
  return refused(
    "--json",
    "standard output takes the report or the events: name a file with --out, or leave --json out (--format json is the report as JSON)",
  );
}

/** What is written last would be all that is left. @throws LockstepError `ConfigInvalid` */
async function requireTwoFiles({ flags, folder }: CommandContext): Promise<void> {
  const { details, out = STDOUT } = flags;
  if (details === undefined || out === STDOUT) return;
  const [one, other] = [resolve(folder, out), resolve(folder, details)];
  const linked = await sameFile(other, [{ name: "--out", path: one }]);
  if (one === other || linked !== undefined) {
    throw refused("--details", `${details} is the file that --out names: name another one`);
  }
}

function refused(path: string, message: string): LockstepError {
  return new LockstepError("ConfigInvalid", "The report cannot be written as asked.", {
    problems: [{ path, message }],
    hint: "Nothing was looked at yet.",
  });
}
