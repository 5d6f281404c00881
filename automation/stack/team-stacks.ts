import type { OutputMap } from "@pulumi/pulumi/automation";
import type { LockstepConfig } from "../../components/config/types";
import type { OutputsOfStack } from "./deployed-sources";
import type { Engine } from "../engine/find-engine";
import { joinOutputs, type StackOutputs, type TeamStacks } from "./joined-stacks";
import { readStackOutputs } from "./read-outputs";
import { asOutputMap } from "./workspace";
import type { StackAddress } from "./stack-config";

const HINT =
  "Its team runs `lockstep up` first; both stacks are looked for in the backend that you are logged in to.";

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
    readStackOutputs({ address, name, hint: HINT }, config, engine, signal);
  return {
    name: teams.sourceStack,
    async outputs(): Promise<OutputMap> {
      const source = await read(teams.sourceStack);
      return asOutputMap(joinOutputs(source, await read(teams.vaultStack), teams));
    },
  };
}
