import type { Confirm, Session } from "../events";

/** One option of a command, as commander takes it. */
export interface CommandOption {
  /** `-s, --stack <name>` */
  readonly flags: string;
  readonly description: string;
  /** Turns the text into a value; `previous` is the value so far of an option that is given several times. */
  readonly parse?: (text: string, previous: unknown) => unknown;
}

/** A command as data; `--help`, the parser and the README's list come from it. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CommandOption[];
  /** Loads the code of the command. Called only when it runs, so that `--help` loads neither Pulumi nor an AWS SDK. */
  readonly load: () => CommandHandler;
}

/** Values of all options that any command has. */
export interface Flags {
  readonly stack?: string;
  readonly source?: string;
  readonly yes?: boolean;
  readonly leaveVault?: readonly string[];
  readonly json?: boolean;
  readonly cwd?: string;
  readonly debug?: boolean;
  readonly data?: string;
  readonly files?: number;
  readonly port?: number;
  readonly planHash?: string;
  readonly details?: string;
  readonly annotations?: boolean;
  /** False with `--no-refresh`. */
  readonly refresh?: boolean;
  readonly vaultRole?: readonly string[];
  readonly configDir?: string;
  readonly outDir?: string;
  readonly accounts?: readonly string[];
  readonly seed?: number;
  readonly faults?: string;
  readonly log?: boolean;
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
}

/** Runs the command; answers the exit code. */
export type CommandHandler = (context: CommandContext) => Promise<number>;
