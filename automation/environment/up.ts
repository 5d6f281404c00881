import { LockstepError } from "../errors";
import { removeForeignPolicies } from "../guard/check-roles";
import { resourcesOf } from "../guard/left-alone";
import { isRestoredByCall, restoreByCalls } from "../guard/restore-guard";
import { restoredBy } from "../guard/restored-by";
import type { Drift, GuardLoss } from "../judge/outcome";
import { writePromiseCopies } from "../promise/write-copies";
import { bucketsAtRisk, refuseLossOfData } from "../review/buckets-at-risk";
import { previewStack, upStack } from "../stack/deploy";
import { deployedVaults, outputsOfSources } from "../stack/deployed-sources";
import { stateResources } from "../stack/kept-resources";
import { keepingPlan } from "../stack/planned-changes";
import { preflight } from "../stack/preflight";
import { confirmVaultsLeftBehind, vaultsLeftBehind } from "../stack/vaults-left-behind";
import { requireConfirm, type Call } from "./call";
import {
  lookAtGuard,
  lossesBefore,
  readOnce,
  rolesDriftAfter,
  rolesDriftBefore,
} from "./guard-look";
import { openToChange } from "./opened";
import type { UpOptions, UpResult } from "./options";

/** Deploys, puts back what was changed by hand, keeps the promise's copy, and looks at the vaults' guard once more. */
export async function up(
  { canLeaveVaults = true, leaveVaults = [], refresh = true }: UpOptions,
  call: Call,
): Promise<UpResult> {
  requireConfirm(call, "what is deployed");
  const aws: { time?: string | undefined } = {};
  const opened = await openToChange(call, "create", { deployedAt: () => aws.time });
  const { address, config, stack } = opened;
  const resources = await stateResources(stack);
  aws.time = await preflight(config, call.aws, call, resources);
  const before = readOnce(opened);
  const losses = refresh ? await lossesBefore(before, call) : [];
  const rolesDrift = refresh ? await rolesDriftBefore(before, call) : [];
  // What the vault refuses to this role would end the deployment before the rest of it was carried out.
  const refused = losses.filter((loss) => loss.restoredBy === "break-glass");
  const exclude = resourcesOf(refused, resources);
  const vaults = await deployedVaults(before.stack);
  const ownCalls = losses.filter((loss) => isRestoredByCall(loss, vaults));
  const { planned, session } = keepingPlan(call);
  await previewStack(stack, session, {
    refresh,
    exclude: [...exclude, ...resourcesOf(ownCalls, resources)],
    state: resources,
  });
  refuseLossOfData(await bucketsAtRisk({ planned, resources, config }, call, call.aws));
  await confirmVaultsLeftBehind(
    vaultsLeftBehind(resources, config),
    { ...call, leaveVaults, canAsk: canLeaveVaults },
    call.aws,
  );
  if (!(await call.confirm({ code: "deploy", text: `Deploy this to ${address.stack}?` }))) {
    throw new LockstepError("Declined", "Nothing was deployed.");
  }
  if (ownCalls.length > 0) {
    await restoreByCalls(ownCalls, vaults, config, call.aws, call);
  }
  if (rolesDrift.length > 0) await removeForeignPolicies(stack, config, call.aws, call);
  const changes = await upStack(stack, call, { refresh, exclude, state: resources });
  const deployed = readOnce(opened);
  const now = aws.time === undefined ? call.clock.nowEpochMs() : Date.parse(aws.time);
  await writePromiseCopies(await outputsOfSources(deployed.stack), config, call.aws, call, now);
  const { losses: left } = await lookAtGuard(deployed, call);
  const drift = await rolesDriftAfter(deployed, call);
  if (left.length + drift.length > 0) throw notWhole(left, drift, address.stack, refresh);
  return { changes, restored: { guard: losses, roles: rolesDrift } };
}

function notWhole(
  left: readonly GuardLoss[],
  drift: readonly Drift[],
  stack: string,
  refreshed: boolean,
): LockstepError {
  const needsRole = left.some((loss) => loss.restoredBy === "break-glass");
  const ways = [
    ...(needsRole
      ? [`\`lockstep up --stack ${stack} --vault-role ARN\` with the ARN of the break-glass role`]
      : []),
    ...(refreshed ? [] : [`\`lockstep up --stack ${stack}\` without --no-refresh`]),
  ];
  const message =
    left.length > 0
      ? "It is deployed, but the vaults are not all guarded."
      : "It is deployed, but the source's roles are not as deployed.";
  return new LockstepError("GuardNotWhole", message, {
    problems: [
      ...left.map((loss) => ({
        path: `${loss.vault}.${loss.protection}`,
        message: `allows ${loss.allows}; restored by ${restoredBy(loss)}`,
      })),
      ...drift.map(({ allows, path, resource }) => ({
        path: `${resource} ${path}`,
        message: `allows ${allows ?? "what was not deployed"}`,
      })),
    ],
    hint:
      ways.length === 0
        ? "Put right what is named above, then look again with `lockstep verify`."
        : `Run ${ways.join(", or ")}.`,
  });
}
