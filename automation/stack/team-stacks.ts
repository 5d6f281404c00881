import type { OutputMap } from "@pulumi/pulumi/automation";
import type { LockstepConfig } from "../../components/config/types";
import type { OutputsOfStack } from "./deployed-sources";
import type { Engine } from "../engine/find-engine";
import { LockstepError } from "../errors";
import { joinOutputs, type StackOutputs, type TeamStacks } from "./joined-stacks";
import {
  engineRunner,
  EngineCommandError,
  engineVariables,
  type StackAddress,
  toLockstepError,
} from "./workspace";

/**
 * The stacks of two teams as one, for who may look into both. They are read by their names, in the backend that this project
 * is logged in to; neither is opened, and there need not be a stack of this address.
 */
export function teamsAsOne(
  address: StackAddress,
  config: LockstepConfig,
  engine: Engine,
  teams: TeamStacks,
  signal: AbortSignal,
): OutputsOfStack {
  const read = (name: string): Promise<StackOutputs> =>
    readOutputs(name, address, config, engine, signal);
  return {
    name: teams.sourceStack,
    async outputs(): Promise<OutputMap> {
      const source = await read(teams.sourceStack);
      const joined = joinOutputs(source, await read(teams.vaultStack), teams);
      return Object.fromEntries(
        Object.entries(joined).map(([name, value]) => [name, { value, secret: false }]),
      );
    },
  };
}

/** @throws LockstepError `StackNotDeployed` when there is no such stack */
async function readOutputs(
  name: string,
  address: StackAddress,
  config: LockstepConfig,
  engine: Engine,
  signal: AbortSignal,
): Promise<StackOutputs> {
  const run = engineRunner(engine, signal);
  const variables = await engineVariables(address, config);
  try {
    const args = ["stack", "output", "--json", "--stack", name];
    const { stdout } = await run(args, address.folder, variables);
    return JSON.parse(stdout) as StackOutputs;
  } catch (error) {
    // As the engine says it (3.256): `error: no stack named 'organization/lockstep/vaults' found`.
    if (error instanceof EngineCommandError && /no stack named/.test(error.stderr)) {
      throw new LockstepError("StackNotDeployed", `There is no stack ${name}.`, {
        hint: "Its team runs `lockstep up` first; both stacks are looked for in the backend that you are logged in to.",
        cause: error,
      });
    }
    throw toLockstepError(error);
  }
}
