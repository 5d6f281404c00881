import { Argument, Command } from "commander";
import { packageVersion } from "../package-root";
import type { CommandArgument, CommandDefinition } from "./command";
import { COMMANDS, COMMON } from "./command-table";
import { EXIT, EXIT_MEANINGS } from "./exit-codes";
import type { CommandOption, Flags } from "./options";

/** How the parser tells what it refuses. */
export interface ParserOptions {
  /** It tells nobody, and whoever calls it does. */
  readonly isSilent?: boolean;
}

/** The parser of the command line, made of the command table. */
export function buildProgram(
  run: (definition: CommandDefinition, flags: Flags) => Promise<void>,
  { isSilent = false }: ParserOptions = {},
): Command {
  const program = new Command("lockstep")
    .description("Immutable S3 copies, proven.")
    .version(packageVersion(), "-V, --version")
    .exitOverride()
    .enablePositionalOptions()
    // As narrow as a terminal may be, descriptions are broken rather than run over its edge.
    .configureHelp({ minWidthToWrap: 20 })
    .addHelpText("after", `\n${exitCodesText()}\n\nEach command: lockstep <command> --help`);
  if (isSilent) program.configureOutput({ writeErr: () => {} });
  for (const option of COMMON) addOption(program, option);
  for (const definition of COMMANDS) {
    const command = commandOf(program, definition);
    for (const option of definition.options) addOption(command, option);
    const taken = definition.arguments ?? [];
    for (const argument of taken) addArgument(command, argument);
    command.addHelpText("after", `\n${examplesText(definition)}\n\n${exitCodesText()}`);
    command.action(async () => {
      const given = Object.fromEntries(
        taken.map(({ name }, index) => [name, command.processedArgs[index] as unknown]),
      );
      await run(definition, { ...program.opts<Flags>(), ...command.opts<Flags>(), ...given });
    });
  }
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.showHelpAfterError(`(${pathOf(command)} --help shows what there is)`);
  }
  return program;
}

function addOption(command: Command, { flags, description, parse }: CommandOption): void {
  if (parse === undefined) command.option(flags, description);
  else command.option(flags, description, parse);
}

function addArgument(
  command: Command,
  { choices, description, name, optional, parse, variadic }: CommandArgument,
): void {
  const word = `${name}${variadic === true ? "..." : ""}`;
  const shape = optional === true ? `[${word}]` : `<${word}>`;
  const argument = new Argument(shape, description);
  if (parse !== undefined) argument.argParser(parse);
  else if (choices !== undefined) argument.choices(choices);
  command.addArgument(argument);
}

/** What commands of two words are about. */
const GROUPS: Readonly<Record<string, string>> = {
  evidence: "bundles of evidence, which are checked without AWS or a stack",
  policy: "rules for any Pulumi program; see docs/policies.md",
};

/** The command of a definition, in its group where it has one. */
function commandOf(program: Command, { name, summary }: CommandDefinition): Command {
  const [word = name, inner] = name.split(" ");
  if (inner === undefined) return program.command(word).description(summary);
  const group =
    program.commands.find((command) => command.name() === word) ??
    program.command(word).description(GROUPS[word] ?? "");
  return group.command(inner).description(summary);
}

/** As somebody types it: `lockstep policy check`. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

function examplesText({ examples }: CommandDefinition): string {
  const lines = examples.map(([line, what]) => `  $ ${line}${what === "" ? "" : `    # ${what}`}`);
  return ["Examples:", ...lines].join("\n");
}

function exitCodesText(): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  const lines = names.map((name) => `  ${String(EXIT[name]).padEnd(4)} ${EXIT_MEANINGS[name]}`);
  return ["Exit codes:", ...lines].join("\n");
}
