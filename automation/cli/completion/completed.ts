/**
 * What a shell can complete, out of the command table. The scripts are made of it whole, so that a Tab starts no Node: of the
 * libraries looked at (`@pnpm/tabtab`, `@bomb.sh/tab`, `omelette`; commander has none) each asks the program again at every Tab.
 */

import type { CommandDefinition } from "../command";
import { COMMANDS, COMMON } from "../command-table";
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

/** Options that may stand before a command. */
export const BEFORE_COMMANDS: readonly CompletedOption[] = [
  ...COMMON.map(completedOption),
  { ...HELP, names: ["-V", "--version"], description: "show the version" },
  HELP,
];

export const COMPLETED: readonly CompletedCommand[] = COMMANDS.map(completedCommand);

/** The first words of commands, each once, with what is told of it. */
export const FIRST_WORDS: readonly (readonly [word: string, summary: string])[] = [
  ...new Map(
    COMPLETED.map(({ name, summary }) => {
      const [word = name, inner] = name.split(" ");
      return [word, inner === undefined ? summary : `${inner}: ${summary}`] as const;
    }),
  ),
  ["help", "show what a command takes"],
];

/** Groups of commands of two words. */
export const GROUPS: ReadonlyMap<string, readonly CompletedCommand[]> = groupsOf(COMPLETED);

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
