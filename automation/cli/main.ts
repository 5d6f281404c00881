import { CommanderError } from "commander";
import type { CommandDefinition } from "./command";
import type { Flags } from "./options";
import { EXIT } from "./exit-codes";
import { buildProgram } from "./parser";
import type * as RunCommand from "./run-command";
import { isJsonWanted, usageEvent } from "./usage-error";

/** Runs the command line and ends the process. */
export async function main(args: readonly string[]): Promise<void> {
  let exitCode: number = EXIT.ok;
  // Whoever read the output may have gone away (`--help | head`): what is not read need not be told.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const isJson = isJsonWanted(args);
  const run = async (definition: CommandDefinition, flags: Flags): Promise<void> => {
    // Help and version are answered without what a command needs. `import()` would go past the loader.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { runCommand } = require("./run-command") as typeof RunCommand;
    exitCode = await runCommand(definition, flags);
  };
  const program = buildProgram(run, { isSilent: isJson });
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (isJson && exitCode !== EXIT.ok) {
      process.stdout.write(`${JSON.stringify(usageEvent(error))}\n`);
    }
  }
  await flush(process.stdout);
  await flush(process.stderr);
  // Sockets kept alive for the next request must not keep the process alive.
  process.exit(exitCode);
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    if (stream.writableEnded || stream.destroyed) done();
    else stream.write("", () => done());
  });
}
