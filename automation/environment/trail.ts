import { accessOf } from "../promise/kept-copies";
import { deployedVaults } from "../stack/deployed-sources";
import type { SoughtAttempt } from "../trail/fields";
import { readTrail, type ReadTrail } from "../trail/read-trail";
import type { Call } from "./call";
import type { LookedAtStack } from "./opened";
import { sessionOf } from "./verify";

/** Looks for the events of attempts in the trails of the accounts of a stack's vaults. Reading only. */
export async function trailOf(
  { config, stack }: LookedAtStack,
  sought: readonly SoughtAttempt[],
  call: Call,
): Promise<ReadTrail> {
  const vaults = (await deployedVaults(stack)).flatMap((outputs) => {
    const access = accessOf(outputs, config);
    return access === undefined ? [] : [{ config: access, outputs }];
  });
  return readTrail({ ...sessionOf(call), vaults, sought, environment: call.aws });
}
