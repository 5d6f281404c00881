/** `docs/cli.md` and the README's table of commands, made of the command table. */

import type { CommandDefinition } from "../../automation/cli/command";
import { COMMANDS, COMMON } from "../../automation/cli/command-table";
import { EXIT, EXIT_MEANINGS } from "../../automation/cli/exit-codes";
import type { CommandOption } from "../../automation/cli/options";

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

/** As in `lockstep policy check <file>`. */
function usageOf({ name, arguments: taken = [] }: CommandDefinition): string {
  const words = taken.map(({ name: word, optional, variadic }) => {
    const told = `${word}${variadic === true ? "..." : ""}`;
    return optional === true ? `[${told}]` : `<${told}>`;
  });
  return ["lockstep", name, ...words].join(" ");
}

/** Rows of the README's table, one for each command. */
export function commandRows(): readonly (readonly [usage: string, summary: string])[] {
  return COMMANDS.map((command) => [`\`${usageOf(command)}\``, command.summary] as const);
}

const optionRow = ({ description, flags }: CommandOption): string =>
  row(`\`${flags}\``, description);

export function cliMarkdown(): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return [
    "# The command line",
    "",
    "Made of the command table by `npm run docs:cli`; `lockstep <command> --help` says the same.",
    "",
    "Results go to standard output; progress, notes, warnings and errors to standard error. With `--json` every",
    "[event](events.md), errors and a wrong command line included, is one JSON object a line on standard output. On a terminal",
    "progress is drawn live and fits its width; `NO_COLOR` and `TERM=dumb` are heeded. A question is asked only where standard",
    "input and output are a terminal: elsewhere, with `--json` and with `--non-interactive`, what would have to be asked ends the",
    "command with 2 before anything is made, and `--yes` answers it beforehand.",
    "",
    "## Exit codes",
    "",
    row("code", "meaning"),
    row("---", "---"),
    ...names.map((name) => row(String(EXIT[name]), EXIT_MEANINGS[name])),
    "",
    "## Options of every command",
    "",
    row("option", "meaning"),
    row("---", "---"),
    ...COMMON.map(optionRow),
    ...COMMANDS.flatMap((command) => commandSection(command)),
    "",
  ].join("\n");
}

function commandSection(command: CommandDefinition): readonly string[] {
  const { arguments: taken = [], examples, options, summary } = command;
  const own = options.filter((option) => !COMMON.includes(option));
  return [
    "",
    `## ${usageOf(command)}`,
    "",
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    ...(taken.length === 0 ? [] : [""]),
    ...taken.map(({ description, name }) => `- \`${name}\`: ${description}`),
    ...(own.length === 0 ? [] : ["", row("option", "meaning"), row("---", "---")]),
    ...own.map(optionRow),
    "",
    "```sh",
    ...examples.map(([line, what]) => `${line}${what === "" ? "" : `    # ${what}`}`),
    "```",
  ];
}
