import { deployedVaults } from "../../stack/deployed-sources";
import type { GuardFields, LockstepEvent, RolesFields } from "../../events";
import { checkGuard } from "../../guard/check-guard";
import { checkRoles } from "../../guard/check-roles";
import type { Drift, GuardLoss } from "../../judge/outcome";
import { nextIntervalMs, type WaitLimits } from "../../clock";
import type { CommandContext } from "../command";
import type { LookedAtStack } from "./stack-command";

/** A stack whose outputs are read once, for several looks. */
export function readOnce({ address, config, stack }: LookedAtStack): LookedAtStack {
  let outputs: ReturnType<typeof stack.outputs> | undefined;
  return {
    address,
    config,
    stack: { name: stack.name, outputs: () => (outputs ??= stack.outputs()) },
  };
}

/** Looks at the protections of the stack's vaults and tells what is not as deployed. */
export async function lookAtGuard(
  { config, stack, taken }: LookedAtStack,
  context: CommandContext,
): Promise<GuardFields> {
  const found = await checkGuard(await deployedVaults(stack), config, {}, context);
  const guard = { ...found, losses: [...found.losses, ...((await taken?.())?.losses ?? [])] };
  context.emit({ type: "guard", ...guard });
  return guard;
}

/** What the vaults of an earlier deployment have lost since. Told only if there is anything. */
export async function lossesBefore(
  opened: LookedAtStack,
  context: CommandContext,
): Promise<readonly GuardLoss[]> {
  const { losses } = await lookAtGuard(opened, onlyDifferences(context));
  return losses;
}

/** What differs in the roles of an earlier deployment. Told only if there is anything. */
export async function rolesDriftBefore(
  opened: LookedAtStack,
  context: CommandContext,
): Promise<readonly Drift[]> {
  return (await lookAtRoles(opened, onlyDifferences(context))).drift;
}

function onlyDifferences(context: CommandContext): CommandContext {
  const emit = (event: LockstepEvent): void => {
    if (event.type === "guard" && event.losses.length === 0) return;
    if (event.type === "roles" && event.drift.length === 0) return;
    context.emit(event);
  };
  return { ...context, emit };
}

/** Looks at the sources' roles and tells what is not as deployed; the vaults' team has none to look at. */
async function lookAtRoles(
  { config, stack }: LookedAtStack,
  context: CommandContext,
  limits?: WaitLimits,
): Promise<RolesFields> {
  if (config.side === "vaults") return { checked: [], unknown: [], drift: [] };
  const startEpochMs = context.clock.nowEpochMs();
  let roles = await checkRoles(stack, config, {}, context);
  let intervalMs = limits?.intervalMs ?? 0;
  while (limits !== undefined && roles.drift.length > 0) {
    if (context.clock.nowEpochMs() - startEpochMs > limits.deadlineMs) break;
    await context.clock.sleep(intervalMs, context.signal);
    intervalMs = nextIntervalMs(intervalMs, limits);
    roles = await checkRoles(stack, config, {}, context);
  }
  context.emit({ type: "roles", ...roles });
  return roles;
}

/** IAM may answer with what was there before for a while. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html */
const IAM_LIMITS: WaitLimits = { intervalMs: 500, maxIntervalMs: 5_000, deadlineMs: 20_000 };

/** What differs in the roles of a deployment that has just ended. */
export async function rolesDriftAfter(
  opened: LookedAtStack,
  context: CommandContext,
): Promise<readonly Drift[]> {
  return (await lookAtRoles(opened, context, IAM_LIMITS)).drift;
}

/** The context of a command whose verdicts are not clean while a vault's guard is not whole. */
export function withGuard(context: CommandContext, losses: readonly GuardLoss[]): CommandContext {
  const emit = (event: LockstepEvent): void => {
    if (event.type !== "verdict") return context.emit(event);
    context.emit({ ...event, clean: event.clean && losses.length === 0, guard: losses });
  };
  return { ...context, emit };
}
