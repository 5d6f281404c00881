import { messageOf } from "../errors";
import { accessOf } from "../promise/kept-copies";
import { deployedVaults } from "../stack/deployed-sources";
import type { SoughtAttempt } from "../trail/fields";
import { readTrail, unreadTrail, type ReadTrail } from "../trail/read-trail";
import type { Call } from "./call";
import type { LookedAtStack } from "./opened";
import { sessionOf } from "./verify";

/**
 * Looks for the events of attempts in the trails of the accounts of a stack's vaults. Reading only.
 * @throws what came of it where the signal was given; all else is told of the attempts, since a look of hours is behind it
 */
export async function trailOf(
  { config, stack }: LookedAtStack,
  sought: readonly SoughtAttempt[],
  call: Call,
): Promise<ReadTrail> {
  try {
    const vaults = (await deployedVaults(stack)).map((outputs) => ({
      config: accessOf(outputs, config),
      outputs,
    }));
    return await readTrail({ ...sessionOf(call), vaults, sought, environment: call.aws });
  } catch (error) {
    if (call.signal?.aborted === true) throw error;
    return unreadTrail(sought, `The trail cannot be read: ${messageOf(error)}`);
  }
}
