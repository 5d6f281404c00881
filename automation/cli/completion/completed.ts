/**
 * What a shell can complete, out of the command table. The scripts are made of it whole, so that a Tab starts no Node: of the
 * libraries looked at (`@pnpm/tabtab`, `@bomb.sh/tab`, `omelette`; commander has none) each asks the program again at every Tab.
 */

import type { CommandDefinition } from "../command";
import { type CommandOption, OPTIONS } from "../options";

/** What follows an option: names of stacks, of files, of folders, any text, or nothing. */
export type Taken = "stack" | "file" | "folder" | "text" | "nothing";

export interface CompletedOption {
  /** As in `-s` and `--stack`. */
  readonly names: readonly string[];
  readonly takes: Taken;
  readonly isRepeated: boolean;
  readonly description: string;
}

export interface CompletedCommand {
  /** One word, or a group and a word. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What may stand after its name; empty where that cannot be known. */
  readonly choices: readonly string[];
  readonly takesFile: boolean;
}

const HELP: CompletedOption = {
  names: ["-h", "--help"],
  takes: "nothing",
  isRepeated: false,
  description: "show what the command takes",
};

/** All that can be completed. */
export interface Completed {
  /** Options that may stand before a command. */
  readonly before: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
  /** The first words of commands, each once, with what is told of it. */
  readonly firstWords: readonly (readonly [word: string, summary: string])[];
  /** Groups of commands of two words. */
  readonly groups: ReadonlyMap<string, readonly CompletedCommand[]>;
}

/** @param common options of every command */
export function completedOf(
  definitions: readonly CommandDefinition[],
  common: readonly CommandOption[],
): Completed {
  const commands = definitions.map(completedCommand);
  const words = commands.map(({ name, summary }) => {
    const [word = name, inner] = name.split(" ");
    return [word, inner === undefined ? summary : `${inner}: ${summary}`] as const;
  });
  return {
    before: [
      ...common.map(completedOption),
      { ...HELP, names: ["-V", "--version"], description: "show the version" },
      HELP,
    ],
    commands,
    firstWords: [...new Map(words), ["help", "show what a command takes"]],
    groups: groupsOf(commands),
  };
}

function completedCommand(definition: CommandDefinition): CompletedCommand {
  const taken = definition.arguments ?? [];
  return {
    name: definition.name,
    summary: definition.summary,
    options: [...definition.options.map(completedOption), HELP],
    choices: taken[0]?.choices ?? [],
    takesFile: taken[0]?.name === "file",
  };
}

function completedOption(option: CommandOption): CompletedOption {
  const value = /<(.+)>/.exec(option.flags)?.[1];
  return {
    names: option.flags.match(/-[-\w]+/g) ?? [],
    takes:
      value === undefined
        ? "nothing"
        : option.flags === OPTIONS.stack.flags
          ? "stack"
          : value === "file" || value === "folder"
            ? value
            : "text",
    isRepeated: option.description.includes("may be repeated"),
    description: option.description,
  };
}

function groupsOf(commands: readonly CompletedCommand[]) {
  const groups = new Map<string, CompletedCommand[]>();
  for (const command of commands) {
    const [word = "", inner] = command.name.split(" ");
    if (inner === undefined) continue;
    groups.set(word, [...(groups.get(word) ?? []), command]);
  }
  return groups;
}
