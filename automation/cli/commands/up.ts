import { previewStack, upStack } from "../../stack/deploy";
import { deployedVaults, outputsOfSources } from "../../stack/deployed-sources";
import { LockstepError } from "../../errors";
import { resourcesOf } from "../../guard/left-alone";
import { isRestoredByCall, restoreByCalls } from "../../guard/restore-guard";
import { removeForeignPolicies } from "../../guard/check-roles";
import type { Drift, GuardLoss } from "../../judge/outcome";
import { bucketsAtRisk, refuseLossOfData } from "../../review/buckets-at-risk";
import { stateResources } from "../../stack/kept-resources";
import { keepingPlan } from "../../stack/planned-changes";
import { preflight } from "../../stack/preflight";
import { writePromiseCopies } from "../../promise/write-copies";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { confirmVaultsLeftBehind, vaultsLeftBehind } from "../../stack/vaults-left-behind";
import { restoredBy } from "../render/guard-words";
import {
  lookAtGuard,
  lossesBefore,
  readOnce,
  rolesDriftAfter,
  rolesDriftBefore,
} from "./guard-look";
import { openNamedStack } from "./stack-command";

/** `lockstep up`: deploys, puts back what was changed by hand, keeps the promise's copy, and looks at the vaults' guard once more. */
export const up: CommandHandler = async (context) => {
  const aws: { time?: string | undefined } = {};
  const opened = await openNamedStack(context, "create", { deployedAt: () => aws.time });
  const { address, config, stack } = opened;
  const resources = await stateResources(stack);
  aws.time = await preflight(config, {}, context, resources);
  const refresh = context.flags.refresh !== false;
  const before = readOnce(opened);
  const losses = refresh ? await lossesBefore(before, context) : [];
  const rolesDrift = refresh ? await rolesDriftBefore(before, context) : [];
  // What the vault refuses to this role would end the deployment before the rest of it was carried out.
  const refused = losses.filter((loss) => loss.restoredBy === "break-glass");
  const exclude = resourcesOf(refused, resources);
  const vaults = await deployedVaults(before.stack);
  const ownCalls = losses.filter((loss) => isRestoredByCall(loss, vaults));
  const { planned, session } = keepingPlan(context);
  await previewStack(stack, session, {
    refresh,
    exclude: [...exclude, ...resourcesOf(ownCalls, resources)],
  });
  refuseLossOfData(await bucketsAtRisk({ planned, resources, config }, context));
  await confirmVaultsLeftBehind(vaultsLeftBehind(resources, config), {
    ...context,
    leaveVaults: context.flags.leaveVault ?? [],
    canAsk: context.isInteractive,
  });
  if (!(await context.confirm({ code: "deploy", text: `Deploy this to ${address.stack}?` }))) {
    throw new LockstepError("Declined", "Nothing was deployed.");
  }
  if (ownCalls.length > 0) {
    await restoreByCalls(ownCalls, vaults, config, {}, context);
  }
  if (rolesDrift.length > 0) await removeForeignPolicies(stack, config, {}, context);
  await upStack(stack, context, { refresh, exclude });
  const deployed = readOnce(opened);
  const now = aws.time === undefined ? context.clock.nowEpochMs() : Date.parse(aws.time);
  await writePromiseCopies(await outputsOfSources(deployed.stack), config, {}, context, now);
  const { losses: left } = await lookAtGuard(deployed, context);
  const drift = await rolesDriftAfter(deployed, context);
  if (left.length + drift.length > 0) throw notWhole(left, drift, address.stack, refresh);
  context.emit({
    type: "done",
    command: "up",
    next: [
      `lockstep backfill --stack ${address.stack}    what is already there`,
      `lockstep verify --stack ${address.stack}      look at every version in every vault`,
    ],
  });
  return EXIT.ok;
};

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
