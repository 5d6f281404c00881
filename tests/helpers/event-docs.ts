/** `docs/events.md`, made of the types of the events and what is written beside each. */

import { join } from "node:path";
import ts from "typescript";
import { ERRORS } from "../../automation/error-codes";
import { errorEvent } from "../../automation/error-event";
import { WARNINGS } from "../../automation/warning-codes";

const EVENTS_FILE = join(__dirname, "..", "..", "automation", "events.ts");
const ROOT = join(__dirname, "..", "..");

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|")).join(" | ")} |`;

export function eventsMarkdown(): string {
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const program = ts.createProgram([EVENTS_FILE], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(EVENTS_FILE);
  const table = source?.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "EventTable",
  );
  if (table === undefined) throw new Error("automation/events.ts has no EventTable");

  const said = (symbol: ts.Symbol): string =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const typeText = (symbol: ts.Symbol): string => {
    const type = checker.getTypeOfSymbolAtLocation(symbol, table);
    return checker.typeToString(type, table, ts.TypeFormatFlags.NoTruncation);
  };
  const section = (event: ts.Symbol): readonly string[] => {
    const fields = checker.getPropertiesOfType(checker.getTypeOfSymbolAtLocation(event, table));
    return [
      "",
      `## ${event.name}`,
      "",
      said(event),
      "",
      row("field", "type", "what"),
      row("---", "---", "---"),
      ...fields.map((field) => {
        const isOptional = (field.flags & ts.SymbolFlags.Optional) !== 0;
        const name = `\`${field.name}\`${isOptional ? " (may be absent)" : ""}`;
        const type = typeText(field).replace(/ \| undefined$/, "");
        return row(name, `\`${type}\``, said(field));
      }),
    ];
  };

  const unexpected = errorEvent(new Error("unexpected"));
  if (unexpected.type !== "error") throw new Error("an error is not told as one");
  return [
    "# Events",
    "",
    "Everything that the library says while it works, and with `--json` the command line too: one JSON object a line, its type in",
    "`type`. Made of the types in `automation/events.ts` by `npm run docs:events`.",
    "",
    "Stable: types, names and types of fields, codes. Not stable: the words in `message`, `hint`, `title` and `cause`, and the order of",
    "events of different resources. Fields and types of events may be added. Sizes are bytes, times milliseconds, dates ISO 8601.",
    "",
    "## Codes of errors",
    "",
    "`source` says who can put it right: `user` (input, set-up, rights), `aws` (an answer of AWS), `bug` (a mistake in Lockstep).",
    "",
    "`hint` is what to do next; an error that knows more of its cause says that in place of what stands here.",
    "",
    row("code", "source", "hint"),
    row("---", "---", "---"),
    ...Object.entries(ERRORS).map(([code, { hint, source: from }]) =>
      row(`\`${code}\``, from, hint),
    ),
    row("`Unexpected`", unexpected.source, unexpected.hint),
    "",
    "## Codes of warnings",
    "",
    "What does not stop the work and what somebody should look at. The event's `message` says of what it is told.",
    "",
    row("code", "what"),
    row("---", "---"),
    ...Object.entries(WARNINGS).map(([code, what]) => row(`\`${code}\``, what)),
    ...checker.getPropertiesOfType(checker.getTypeAtLocation(table)).flatMap(section),
    "",
  ].join("\n");
}
