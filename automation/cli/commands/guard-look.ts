import { deployedVaults } from "../../deployed-sources";
import type { GuardFields, LockstepEvent } from "../../events";
import { checkGuard } from "../../guard/check-guard";
import type { GuardLoss } from "../../judge/outcome";
import type { CommandContext } from "../command";
import type { LookedAtStack } from "./stack-command";

/** Looks at the protections of the stack's vaults and tells what is not as deployed. */
export async function lookAtGuard(
  { config, stack }: LookedAtStack,
  context: CommandContext,
): Promise<GuardFields> {
  const guard = await checkGuard(await deployedVaults(stack), config, {}, context);
  context.emit({ type: "guard", ...guard });
  return guard;
}

/** What the vaults of an earlier deployment have lost since. Told only if there is anything. */
export async function lossesBefore(
  opened: LookedAtStack,
  context: CommandContext,
): Promise<readonly GuardLoss[]> {
  const { losses } = await lookAtGuard(opened, {
    ...context,
    emit: (event) => {
      if (event.type !== "guard" || event.losses.length > 0) context.emit(event);
    },
  });
  return losses;
}

/** The context of a command whose verdicts are not clean while a vault's guard is not whole. */
export function withGuard(context: CommandContext, losses: readonly GuardLoss[]): CommandContext {
  const emit = (event: LockstepEvent): void => {
    if (event.type !== "verdict") return context.emit(event);
    context.emit({ ...event, clean: event.clean && losses.length === 0, guard: losses });
  };
  return { ...context, emit };
}
