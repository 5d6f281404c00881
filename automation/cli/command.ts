import type { Confirm, Session } from "../events";
import type { ArgumentValues, CommandOption, Flags } from "./options";

/** One argument of a command. */
export interface CommandArgument {
  /** As in `Flags`. */
  readonly name: keyof ArgumentValues;
  readonly description: string;
  /** May be left out; then it is the last one. */
  readonly optional?: boolean;
  /** May be given several times; then it is the last one. */
  readonly variadic?: boolean;
  /** Turns the text into a value. */
  readonly parse?: (text: string) => unknown;
  /** All that it may be. */
  readonly choices?: readonly string[];
}

/** A command as data; `--help`, the parser and the README's list come from it. */
export interface CommandDefinition {
  /** One word, or a group and a word, as in `policy check`. */
  readonly name: string;
  /** What stands after the name, as in `<file>`; `Flags` has the values. */
  readonly arguments?: readonly CommandArgument[];
  readonly summary: string;
  /** Command lines as one can run them, and what is got by each; a test parses them. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly options: readonly CommandOption[];
  /** Whether a document goes to standard output: it stands there alone then. Default: where an option says so. */
  readonly writesDocument?: (flags: Flags) => boolean;
  /** Loads the code of the command. Called only when it runs, so that `--help` loads neither Pulumi nor an AWS SDK. */
  readonly load: () => CommandHandler;
}

/** What a command is given. */
export interface CommandContext extends Session {
  readonly flags: Flags;
  /** The folder that the command works in, absolute. */
  readonly folder: string;
  /** Somebody sits at a terminal and can be asked. */
  readonly isInteractive: boolean;
  /** Asks, or answers yes where `--yes` was given. */
  readonly confirm: Confirm;
  /** Writes a line of plain output; with `--json` events are the only output. */
  readonly print: (line: string) => void;
  /** Writes a document to standard output, which then holds nothing else. */
  readonly writeOut: (text: string) => void;
}

/** Runs the command; answers the exit code. */
export type CommandHandler = (context: CommandContext) => Promise<number>;
