/** The option table is what the parser is made of, and what commands are given. */

import { expect } from "chai";
import { Option } from "commander";
import { COMMANDS } from "../../automation/cli/command-table";
import { buildProgram } from "../../automation/cli/parser";
import { type CommandOption, type Flags, OPTIONS } from "../../automation/cli/options";

/** What a command is given. */
async function flagsOf(...args: string[]): Promise<Flags> {
  const given: Flags[] = [];
  await buildProgram((_definition, flags) => {
    given.push(flags);
    return Promise.resolve();
  }).parseAsync(args, { from: "user" });
  const [flags, ...others] = given;
  if (flags === undefined || others.length > 0) throw new Error("expected one command to run");
  return flags;
}

describe("Options of the command line", () => {
  it("stand in the table under the name that their value has", () => {
    const names = Object.entries<CommandOption>(OPTIONS).map(([name, { flags }]) => [
      name,
      new Option(flags).attributeName(),
    ]);
    expect(names).to.not.be.empty;
    for (const [name, parsed] of names) expect(name).to.equal(parsed);
  });

  it("are all of the table, and each belongs to a command", () => {
    // By their flags: what one is for may be said in other words for a command.
    const known = new Set(Object.values<CommandOption>(OPTIONS).map(({ flags }) => flags));
    // The other word for one that is said either way has the same value.
    const named = (flags: string): string =>
      known.has(flags) ? flags : flags.replace(/^--no-/, "--");
    const used = COMMANDS.flatMap(({ options }) => options.map(({ flags }) => named(flags)));
    expect([...new Set(used)]).to.have.members([...known]);
  });

  it("come as what the table turns them into: texts, numbers, lists, yes or no", async () => {
    const up: Flags = await flagsOf(
      ...["up", "-s", "dev", "--vault-role", "a", "--vault-role", "b", "--no-refresh", "--yes"],
    );
    expect(up).to.deep.equal({ stack: "dev", vaultRole: ["a", "b"], refresh: false, yes: true });
    const sandbox: Flags = await flagsOf("sandbox", "--port", "4566", "--seed", "0", "--log");
    expect(sandbox).to.deep.equal({ port: 4566, seed: 0, log: true });
  });

  it("have types that follow from the table", async () => {
    const flags = await flagsOf("demo", "--files", "7", "--json");
    const files: number | undefined = flags.files;
    const json: boolean | undefined = flags.json;
    const accounts: readonly string[] | undefined = flags.accounts;
    // @ts-expect-error a number, as its parser says
    const text: string | undefined = flags.files;
    // @ts-expect-error no option of the table
    const unknown: unknown = flags.folder;
    expect([files, json, accounts, text, unknown]).to.deep.equal([
      7,
      true,
      undefined,
      7,
      undefined,
    ]);
  });
});
