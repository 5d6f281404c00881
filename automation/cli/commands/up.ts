import { previewStack, upStack } from "../../deploy";
import { LockstepError } from "../../errors";
import { stateResources } from "../../kept-resources";
import { preflight } from "../../preflight";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { requireAnswerable } from "../question";
import { confirmVaultsLeftBehind, vaultsLeftBehind } from "../../vaults-left-behind";
import { openNamedStack } from "./stack-command";

/** `lockstep up` */
export const up: CommandHandler = async (context) => {
  requireAnswerable(context, "Deploy?");
  const { address, config, stack } = await openNamedStack(context, "create");
  const resources = await stateResources(stack);
  await preflight(config, {}, context, resources);
  await previewStack(stack, context);
  await confirmVaultsLeftBehind(vaultsLeftBehind(resources, config), {
    ...context,
    leaveVaults: context.flags.leaveVault ?? [],
    canAsk: context.isInteractive,
  });
  if (!(await context.confirm({ code: "deploy", text: `Deploy this to ${address.stack}?` }))) {
    throw new LockstepError("Declined", "Nothing was deployed.");
  }
  await upStack(stack, context);
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
