import { deployedVaults } from "../stack/deployed-sources";
import type { GuardFields, LockstepEvent, RolesFields } from "../events";
import { checkGuard, type OnGuardRead } from "../guard/check-guard";
import { checkRoles } from "../guard/check-roles";
import type { Drift, GuardLoss } from "../judge/outcome";
import { nextIntervalMs, type WaitLimits } from "../clock";
import { withEmit, type Call } from "./call";
import type { LookedAtStack } from "./opened";

/** A stack whose outputs are read once, for several looks. */
export function readOnce(opened: LookedAtStack): LookedAtStack {
  const { stack } = opened;
  let outputs: ReturnType<typeof stack.outputs> | undefined;
  return {
    ...opened,
    stack: { name: stack.name, outputs: () => (outputs ??= stack.outputs()) },
  };
}

/** Looks at the protections of the stack's vaults and tells what is not as deployed. @param onRead is given what AWS told of each */
export async function lookAtGuard(
  { config, stack, taken }: LookedAtStack,
  call: Call,
  onRead?: OnGuardRead,
): Promise<GuardFields> {
  const found = await checkGuard(await deployedVaults(stack), config, call.aws, call, onRead);
  const guard = { ...found, losses: [...found.losses, ...((await taken?.())?.losses ?? [])] };
  call.emit({ type: "guard", ...guard });
  return guard;
}

/** What the vaults of an earlier deployment have lost since. Told only if there is anything. */
export async function lossesBefore(
  opened: LookedAtStack,
  call: Call,
): Promise<readonly GuardLoss[]> {
  const { losses } = await lookAtGuard(opened, onlyDifferences(call));
  return losses;
}

/** What differs in the roles of an earlier deployment. Told only if there is anything. */
export async function rolesDriftBefore(
  opened: LookedAtStack,
  call: Call,
): Promise<readonly Drift[]> {
  return (await lookAtRoles(opened, onlyDifferences(call))).drift;
}

function onlyDifferences(call: Call): Call {
  const emit = (event: LockstepEvent): void => {
    if (event.type === "guard" && event.losses.length === 0) return;
    if (event.type === "roles" && event.drift.length === 0) return;
    call.emit(event);
  };
  return withEmit(call, emit);
}

/** Looks at the sources' roles and tells what is not as deployed; the vaults' team has none to look at. */
async function lookAtRoles(
  { config, stack }: LookedAtStack,
  call: Call,
  limits?: WaitLimits,
): Promise<RolesFields> {
  if (config.side === "vaults") return { checked: [], unknown: [], drift: [] };
  const startEpochMs = call.clock.nowEpochMs();
  let roles = await checkRoles(stack, config, call.aws, call);
  let intervalMs = limits?.intervalMs ?? 0;
  while (limits !== undefined && roles.drift.length > 0) {
    if (call.clock.nowEpochMs() - startEpochMs > limits.deadlineMs) break;
    await call.clock.sleep(intervalMs, call.signal);
    intervalMs = nextIntervalMs(intervalMs, limits);
    roles = await checkRoles(stack, config, call.aws, call);
  }
  call.emit({ type: "roles", ...roles });
  return roles;
}

/** IAM may answer with what was there before for a while. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html */
const IAM_LIMITS: WaitLimits = { intervalMs: 500, maxIntervalMs: 5_000, deadlineMs: 20_000 };

/** What differs in the roles of a deployment that has just ended. */
export async function rolesDriftAfter(
  opened: LookedAtStack,
  call: Call,
): Promise<readonly Drift[]> {
  return (await lookAtRoles(opened, call, IAM_LIMITS)).drift;
}
