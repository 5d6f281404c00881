import { writeAwsConfigFile } from "./aws-config-file";
import { SystemClock, type Clock } from "./clock";
import { createWorld, type AccountOptions } from "./create-world";
import { Pipeline } from "./pipeline/pipeline";
import type { RequestLogEntry } from "./pipeline/request-log";
import { listen } from "./server";
import type { World, WorldSettings } from "./world";

export { ManualClock, SystemClock, type Clock } from "./clock";
export { createWorld, type AccountOptions } from "./create-world";
export type { RequestLogEntry } from "./pipeline/request-log";
export type { World, WorldSettings } from "./world";

export interface SandboxOptions {
  /** Default 0: a free one. */
  readonly port?: number;
  /** The same seed and requests give the same ids and keys. Default 1. */
  readonly seed?: number;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Default: `source` in eu-west-1 and `vault` in eu-central-1. */
  readonly accounts?: readonly AccountOptions[];
  readonly settings?: Partial<WorldSettings>;
  /** Called for each request after it is answered. */
  readonly log?: (entry: RequestLogEntry) => void;
  /** Called for errors that are the sandbox's own mistake; the caller gets `InternalError`. Default: thrown as a warning. */
  readonly onDefect?: (error: unknown) => void;
}

/** An account with the access key of its administrator. */
export interface SandboxAccount extends AccountOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly world: World;
  readonly accounts: readonly SandboxAccount[];
  /** Writes an AWS config file with a profile per account, named after it. */
  writeAwsConfig(directory: string): Promise<{ configFile: string }>;
  /** Ends every connection and everything scheduled. */
  close(): Promise<void>;
}

const DEFAULT_ACCOUNTS: readonly AccountOptions[] = [
  { name: "source", accountId: "111111111111", region: "eu-west-1" },
  { name: "vault", accountId: "222222222222", region: "eu-central-1" },
];

/**
 * Starts AWS on this machine: one process, loopback only, all accounts and services on one port.
 * @throws Error when the port is taken or an account is described wrongly
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = options.clock ?? new SystemClock();
  const world = createWorld({
    clock,
    seed: options.seed ?? 1,
    accounts: options.accounts ?? DEFAULT_ACCOUNTS,
    settings: options.settings,
  });
  const accounts = [...world.accounts.values()].map((account): SandboxAccount => {
    const { accessKeyId, secretAccessKey } = world.iam.createAdministrator(account.accountId);
    const { accountId, name, region } = account;
    return { name, accountId, region, accessKeyId, secretAccessKey };
  });
  const pipeline = new Pipeline({
    world,
    log: options.log,
    onDefect: options.onDefect ?? warnOfDefect,
  });
  const server = await listen(pipeline, options.port ?? 0);
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    endpoint,
    world,
    accounts,
    writeAwsConfig: (directory) => writeAwsConfigFile(directory, endpoint, accounts),
    async close() {
      clock.close();
      await server.close();
    },
  };
}

/** A mistake of the sandbox must be seen, but must not end the process that embeds it. */
function warnOfDefect(error: unknown): void {
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error), {
    type: "SandboxDefect",
  });
}
