import { AsyncLocalStorage } from "node:async_hooks";
import { delimiter, dirname, isAbsolute } from "node:path";
import type {
  InlineProgramArgs,
  LocalWorkspaceOptions,
  OutputMap,
  PulumiCommand,
  Stack,
} from "@pulumi/pulumi/automation";
import type * as Automation from "@pulumi/pulumi/automation";
import { CONFIG_NAMESPACE, loadPulumiConfig } from "../../components/config/load-config";
import type { LockstepConfig } from "../../components/config/types";
import type * as Program from "../../components/program/program";
import type * as Pulumi from "@pulumi/pulumi";
import { type AwsEnvironment, configuredEndpoint } from "../aws/configured-endpoint";
import { runChild } from "../engine/child-process";
import type { Engine } from "../engine/find-engine";
import { leaveExitAlone } from "../engine/leave-exit-alone";
import { useOwnConnections } from "../engine/own-connections";
import { LockstepError } from "../errors";
import { replicationRulesReader } from "../rules/replication-rules-reader";
import { sandboxVariables } from "../sandbox-run";
import { withVaultRoles } from "../aws/vault-roles";
import type { StackOutputs } from "./joined-stacks";
import { readStackConfig, type StackAddress } from "./stack-config";

export { readStackConfig, type StackAddress };

/** How a stack is opened. All may be left out. */
export interface OpenOptions {
  /** The program leaves what is shared with others to them. */
  readonly detached?: boolean;
  /** What time it is for AWS, in ISO 8601: asked for when the program runs. */
  readonly deployedAt?: () => string | undefined;
  /** ARNs of roles that the vaults of their accounts are deployed as. */
  readonly vaultRoles?: readonly string[];
}

/**
 * Opens a stack with the program of `components/` inline.
 * @param mode `create` makes the stack when it is not there; `select` wants it there
 * @throws LockstepError `StackNotDeployed`
 */
export async function openStack(
  address: StackAddress,
  config: LockstepConfig,
  engine: Engine,
  mode: "create" | "select",
  signal: AbortSignal,
  { vaultRoles = [], ...programOptions }: OpenOptions = {},
): Promise<Stack> {
  const args: InlineProgramArgs = {
    stackName: address.stack,
    projectName: "lockstep",
    program: async () => {
      // Only a command that declares resources pays for loading the providers' SDKs. `import()` would go past the loader.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { lockstepProgram } = require("../../components/program/program") as typeof Program;
      const readRules = replicationRulesReader(awsEnvironmentOf(address));
      const stated = withVaultRoles(inTheClear(config), vaultRoles);
      return lockstepProgram(stated, { ...programOptions, readRules });
    },
  };
  const options = {
    workDir: address.folder,
    pulumiCommand: guardedCommand(engine, signal),
    envVars: await engineVariables(address, config),
  };
  const run = async (command: string[]): Promise<string> =>
    (await engineRunner(engine, signal)(command, options.workDir, options.envVars)).stdout;
  try {
    return readingOnce(await automation().LocalWorkspace.selectStack(args, options), run);
  } catch (error) {
    // As the engine says it (3.256): `error: no stack named 'dev' found`.
    if (error instanceof EngineCommandError && /no stack named/.test(error.stderr)) {
      if (mode === "create") return readingOnce(await createStack(args, options), run);
      throw new LockstepError("StackNotDeployed", `There is no stack ${address.stack}.`, {
        hint: `Run \`lockstep up --stack ${address.stack}\` first.`,
        cause: error,
      });
    }
    throw toLockstepError(error);
  }
}

/**
 * The Automation API asks the engine twice for a stack's outputs, to tell which are secret. Nobody here asks that, and each
 * start of the engine takes half a second.
 */
function readingOnce(stack: Stack, run: (args: string[]) => Promise<string>): Stack {
  stack.workspace.stackOutputs = async (name) => {
    const stdout = await run(outputsArguments(name, ["--show-secrets"]));
    return asOutputMap(JSON.parse(stdout) as StackOutputs);
  };
  return stack;
}

/** What the engine is asked for a stack's outputs by. @param flags of `pulumi stack output` */
export function outputsArguments(stackName: string, flags: readonly string[]): string[] {
  return ["stack", "output", "--json", "--stack", stackName, ...flags];
}

/** As the Automation API answers outputs. */
export function asOutputMap(outputs: StackOutputs): OutputMap {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, { value, secret: false }]),
  );
}

/** Loaded by who opens a stack: to read what is deployed takes the engine alone. */
function automation(): typeof Automation {
  useOwnConnections();
  leaveExitAlone();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
  return require("@pulumi/pulumi/automation") as typeof Automation;
}

/** What the engine is given beside the process's own variables. */
export async function engineVariables(
  address: StackAddress,
  config: LockstepConfig,
): Promise<Record<string, string>> {
  const [anyAccount] = [...config.sources, ...config.vaults];
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
    ...(await sandboxVariables(
      await configuredEndpoint(anyAccount?.profile, awsEnvironmentOf(address)),
      variablesOf(address),
    )),
    ...address.environment,
  };
}

/** Where our own calls find credentials: where the engine's providers do. */
export function awsEnvironmentOf({ environment }: StackAddress): AwsEnvironment {
  if (environment === undefined) return {};
  const configFile = environment["AWS_CONFIG_FILE"];
  const credentialsFile = environment["AWS_SHARED_CREDENTIALS_FILE"];
  return {
    ...(configFile !== undefined && { configFile }),
    ...(credentialsFile !== undefined && { credentialsFile }),
    variables: variablesOf({ environment }),
  };
}

/** The process's variables, with those of an address in place of the ones of their names. */
export function variablesOf({
  environment,
}: Pick<StackAddress, "environment">): Readonly<Record<string, string | undefined>> {
  return environment === undefined ? process.env : { ...process.env, ...environment };
}

/**
 * The config with its secrets. Read from the stack file, they are encrypted: only the running program, which asks the engine
 * for its config, has them in the clear.
 */
function inTheClear(config: LockstepConfig): LockstepConfig {
  const { webhooks = [] } = config.monitoring?.subscribers ?? {};
  if (webhooks.every((webhook) => typeof webhook === "string")) return config;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
  const { Config } = require("@pulumi/pulumi") as typeof Pulumi;
  return loadPulumiConfig(new Config(CONFIG_NAMESPACE));
}

async function createStack(
  args: InlineProgramArgs,
  options: LocalWorkspaceOptions,
): Promise<Stack> {
  try {
    return await automation().LocalWorkspace.createStack(args, options);
  } catch (error) {
    throw toLockstepError(error);
  }
}

/**
 * The stack that `pulumi stack select` chose for the project in a folder; undefined when none is.
 * @param environment variables for the engine beside the process's own
 */
export async function selectedStack(
  folder: string,
  engine: Engine,
  signal: AbortSignal,
  environment: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  try {
    const run = engineRunner(engine, signal);
    const { stdout } = await run(["stack", "--show-name"], folder, environment);
    return stdout.trim() || undefined;
  } catch (error) {
    // Also without a login: what is missing is told when a stack is opened by its name.
    if (error instanceof EngineCommandError) return undefined;
    throw error;
  }
}

/** A command of the engine that did not succeed. */
export class EngineCommandError extends Error {
  constructor(
    readonly exitCode: number | null,
    readonly stdout: string,
    readonly stderr: string,
    /** The engine and what it was asked. */
    readonly command: readonly string[] = [],
  ) {
    super(
      stderr.trim() === "" ? `The engine ended with ${exitCode ?? "a signal"}.` : stderr.trim(),
    );
    this.name = "EngineCommandError";
  }
}

/** Why the engine cannot reach the state, by what it says: recorded from engine 3.256. */
const LOGINS: readonly {
  readonly said: RegExp;
  readonly message: string;
  readonly hint: string;
}[] = [
  {
    said: /PULUMI_ACCESS_TOKEN must be set for login/,
    message: "Pulumi does not know where to keep the state.",
    hint: "Run `pulumi login`, or set PULUMI_BACKEND_URL (and PULUMI_CONFIG_PASSPHRASE for a backend of your own).",
  },
  {
    said: /^error: (\[401\] )?Unauthorized: |invalid access token/m,
    message: "Pulumi's backend does not take the access token.",
    hint: "Run `pulumi login` again, or set PULUMI_ACCESS_TOKEN to a token that is in force.",
  },
  {
    said: /passphrase must be set with PULUMI_CONFIG_PASSPHRASE/,
    message: "The stack's secrets are under a passphrase, and none is set.",
    hint: "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
  },
  {
    said: /incorrect passphrase/,
    message: "The passphrase is not the one that the stack's secrets are under.",
    hint: "Correct PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
  },
  {
    said: /unable to open bucket/,
    message: "The place of Pulumi's state cannot be opened.",
    hint: "Correct PULUMI_BACKEND_URL or `pulumi login`, and sign in where the state is kept.",
  },
];

/**
 * Turns what the Automation API threw into our error. The engine tells these by text only; recorded from engine 3.256:
 * `the stack is currently locked by 1 lock(s)` (file backend), `[409] Conflict: Another update is currently in progress.`
 */
export function toLockstepError(error: unknown): unknown {
  if (!(error instanceof EngineCommandError)) return error;
  if (/currently locked by|Another update is currently in progress/.test(error.stderr)) {
    // The file backend says who holds the lock: `created by root@host (pid 21693) at 2026-11-23T15:49:13Z`.
    const owner = /created by .*/.exec(error.stderr)?.[0];
    const [engine = "pulumi", ...args] = error.command;
    const stack = args[args.indexOf("--stack") + 1] ?? "<name>";
    return new LockstepError(
      "StackBusy",
      `Another update of this stack is under way${owner === undefined ? "" : ` (its lock was ${owner})`}.`,
      {
        hint: `Wait for it. When that process is gone, unlock the stack: ${engine} cancel --yes --stack ${stack}`,
        cause: error,
      },
    );
  }
  const login = LOGINS.find(({ said }) => said.test(error.stderr));
  if (login !== undefined) {
    return new LockstepError("LoginNeeded", login.message, { hint: login.hint, cause: error });
  }
  return new LockstepError("EngineFailed", error.message, { cause: error });
}

type RunArguments = Parameters<PulumiCommandRun>;
type PulumiCommandRun = (
  args: string[],
  cwd: string,
  additionalEnv: Record<string, string>,
  onOutput?: (text: string) => void,
  onError?: (text: string) => void,
  signal?: AbortSignal,
) => Promise<{ stdout: string; stderr: string; code: number }>;

/**
 * The Automation API's command with our own way of starting it: in a process group of its own (see `runChild`), and ended
 * by our signal in every command, also in those where the API takes none.
 */
function guardedCommand(engine: Engine, signal: AbortSignal): PulumiCommand {
  // The class has a private constructor and finds its engine by running it; ours is found and checked already.
  const prototype = automation().PulumiCommand.prototype as object;
  return Object.assign(Object.create(prototype) as PulumiCommand, {
    command: engine.path,
    version: parseSemver(engine.version),
    run: engineRunner(engine, signal),
  });
}

const callSignals = new AsyncLocalStorage<AbortSignal>();

/**
 * Runs `work` on an opened stack so that each of its commands is ended by this signal and not by that of the opening: the
 * Automation API takes a signal for some of its commands alone.
 */
export function withSignal<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  return callSignals.run(signal, work);
}

/**
 * Runs the engine.
 * @param openedBy ends what runs outside of `withSignal`
 * @throws EngineCommandError when it fails
 */
export function engineRunner(engine: Engine, openedBy: AbortSignal) {
  return async (...[args, cwd, env, onOutput, onError]: RunArguments) => {
    const signal = callSignals.getStore() ?? openedBy;
    const result = await runChild(
      engine.path,
      args.includes("--non-interactive") ? args : [...args, "--non-interactive"],
      {
        cwd,
        environment: { ...env, ...searchPath(engine, env), PULUMI_AUTOMATION_API: "true" },
        signal,
        stopSignal: "SIGINT",
        // Killed in the middle, the engine would leave a locked state and resources that the state does not know.
        mayOutliveUs: true,
        ...(onOutput && { onStdout: onOutput }),
        ...(onError && { onStderr: onError }),
      },
    );
    if (result.exitCode !== 0) {
      const stderr = result.startError?.message ?? result.stderr;
      throw new EngineCommandError(result.exitCode, result.stdout, stderr, [engine.path, ...args]);
    }
    return { stdout: result.stdout, stderr: result.stderr, code: 0 };
  };
}

/** An engine that is not on PATH finds the plugins bundled with it beside itself. */
function searchPath(engine: Engine, env: Record<string, string>): { PATH?: string } {
  if (!isAbsolute(engine.path)) return {};
  return { PATH: dirname(engine.path) + delimiter + (env["PATH"] ?? process.env["PATH"] ?? "") };
}

function parseSemver(version: string): unknown {
  // The Automation API compares it with semver's own class, which is a dependency of @pulumi/pulumi.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { SemVer } = require("semver") as { SemVer: new (text: string) => unknown };
  return new SemVer(version);
}
