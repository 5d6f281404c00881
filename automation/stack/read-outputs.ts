import type { LockstepConfig } from "../../components/config/types";
import type { Engine } from "../engine/find-engine";
import { LockstepError } from "../errors";
import type { OutputsOfStack } from "./deployed-sources";
import type { StackOutputs } from "./joined-stacks";
import type { StateResource } from "./kept-resources";
import type { StackAddress } from "./stack-config";
import {
  asOutputMap,
  engineRunner,
  EngineCommandError,
  engineVariables,
  outputsArguments,
  toLockstepError,
} from "./workspace";

/** A stack that is only looked at: the engine is asked for its outputs, and no program is made ready. */
export function deployedStack(
  address: StackAddress,
  config: LockstepConfig,
  engine: Engine,
  signal: AbortSignal,
): OutputsOfStack {
  const hint = `Run \`lockstep up --stack ${address.stack}\` first.`;
  return {
    name: address.stack,
    outputs: async () =>
      asOutputMap(
        await readStackOutputs(
          { address, name: address.stack, flags: ["--show-secrets"], hint },
          config,
          engine,
          signal,
        ),
      ),
  };
}

/** Which stack is read. */
export interface StackToRead {
  /** The project that is logged in to the stack's backend. */
  readonly address: StackAddress;
  readonly name: string;
  /** For `pulumi stack output`. */
  readonly flags?: readonly string[];
  /** What to do when there is no such stack. */
  readonly hint: string;
}

/** @throws LockstepError `StackNotDeployed` when there is no such stack */
export async function readStackOutputs(
  { address, name, flags = [], hint }: StackToRead,
  config: LockstepConfig,
  engine: Engine,
  signal: AbortSignal,
): Promise<StackOutputs> {
  const run = engineRunner(engine, signal);
  const variables = await engineVariables(address, config);
  try {
    const { stdout } = await run(outputsArguments(name, flags), address.folder, variables);
    return JSON.parse(stdout) as StackOutputs;
  } catch (error) {
    if (error instanceof EngineCommandError && NO_SUCH_STACK.test(error.stderr)) {
      throw new LockstepError("StackNotDeployed", `There is no stack ${name}.`, {
        hint,
        cause: error,
      });
    }
    throw toLockstepError(error);
  }
}

/** Everything that a stack's state knows; nothing where there is no such stack. No program is made ready. */
export async function readStateResources(
  address: StackAddress,
  config: LockstepConfig,
  engine: Engine,
  signal: AbortSignal,
): Promise<readonly StateResource[]> {
  const run = engineRunner(engine, signal);
  const variables = await engineVariables(address, config);
  try {
    const { stdout } = await run(
      ["stack", "export", "--stack", address.stack],
      address.folder,
      variables,
    );
    const { deployment } = JSON.parse(stdout) as {
      deployment?: { resources?: readonly StateResource[] } | null;
    };
    return deployment?.resources ?? [];
  } catch (error) {
    if (error instanceof EngineCommandError && NO_SUCH_STACK.test(error.stderr)) return [];
    throw toLockstepError(error);
  }
}

/** As the engine says it (3.256): `error: no stack named 'organization/lockstep/vaults' found`. */
const NO_SUCH_STACK = /no stack named/;
