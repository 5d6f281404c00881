import { Command, CommanderError } from "commander";
import { packageVersion } from "../package-root";
import type { CommandDefinition } from "./command";
import type { Flags } from "./options";
import { COMMANDS, COMMON } from "./command-table";
import { EXIT } from "./exit-codes";
import type * as RunCommand from "./run-command";

/** Runs the command line and ends the process. */
export async function main(args: readonly string[]): Promise<void> {
  let exitCode: number = EXIT.ok;
  const program = buildProgram(async (definition, flags) => {
    // Help and version are answered without what a command needs. `import()` would go past the loader.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { runCommand } = require("./run-command") as typeof RunCommand;
    exitCode = await runCommand(definition, flags);
  });
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  await flush(process.stdout);
  await flush(process.stderr);
  // Sockets kept alive for the next request must not keep the process alive.
  process.exit(exitCode);
}

/** The parser of the command line, made of the command table. */
export function buildProgram(
  run: (definition: CommandDefinition, flags: Flags) => Promise<void>,
): Command {
  const program = new Command("lockstep")
    .description("Immutable S3 copies, proven.")
    .version(packageVersion(), "-V, --version")
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError("(--help shows what there is)");
  for (const { flags, description } of COMMON) program.option(flags, description);
  for (const definition of COMMANDS) {
    const command = commandOf(program, definition);
    for (const { flags, description, parse } of definition.options) {
      if (parse === undefined) command.option(flags, description);
      else command.option(flags, description, parse);
    }
    const { argument } = definition;
    if (argument !== undefined) command.argument(`<${argument.name}>`, argument.description);
    command.action(async () => {
      const given = argument === undefined ? {} : { [argument.name]: command.args[0] };
      await run(definition, { ...program.opts<Flags>(), ...command.opts<Flags>(), ...given });
    });
  }
  return program;
}

/** What commands of two words are about. */
const GROUPS: Readonly<Record<string, string>> = {
  policy: "rules for any Pulumi program; see docs/policies.md",
};

/** The command of a definition, in its group where it has one. */
function commandOf(program: Command, { name, summary }: CommandDefinition): Command {
  const [word = name, inner] = name.split(" ");
  if (inner === undefined) return program.command(word).description(summary).exitOverride();
  const group =
    program.commands.find((command) => command.name() === word) ??
    program
      .command(word)
      .description(GROUPS[word] ?? "")
      .exitOverride();
  return group.command(inner).description(summary).exitOverride();
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    if (stream.writableEnded || stream.destroyed) done();
    else stream.write("", () => done());
  });
}
