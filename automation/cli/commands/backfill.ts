import type { BackfillOptions } from "../../backfill/options";
import type { BackfillCallOptions } from "../../environment/options";
import type { CommandContext, CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { canaryWish } from "./doctor";
import { environmentOf, verdictsExit } from "./environment";

/** `lockstep backfill` */
export const backfill: CommandHandler = async (context) => {
  const environment = await environmentOf(context);
  const options = { ...(await optionsOf(context)), adoptJobId: context.flags.adopt };
  return verdictsExit(await environment.backfill(options));
};

/** `lockstep retry`: the same, from a list of exactly what is missing, and with a limit of attempts. */
export const retry: CommandHandler = async (context) => {
  const environment = await environmentOf(context);
  const options = { ...(await optionsOf(context)), maxAttempts: context.flags.maxAttempts };
  return verdictsExit(await environment.retry(options));
};

async function optionsOf(context: CommandContext): Promise<BackfillCallOptions> {
  const { annotations, planHash, source } = context.flags;
  const canary = canaryWish(context.flags);
  const details = await DetailsFile.create(context);
  return {
    signal: context.signal,
    source,
    annotations,
    approvedPlanHash: planHash,
    atGate: gateOf(context),
    canApprove: context.isInteractive || context.flags.yes === true,
    canary,
    onLook: details && ((name, look) => details.write(name, look)),
  };
}

/** Whoever says how a plan is to be approved is not asked, whatever else is to be answered with yes. */
function gateOf({ flags }: CommandContext): BackfillOptions["atGate"] {
  if (flags.stopAtPlan === true) return "stop";
  return flags.awaitApproval === true ? "wait" : "ask";
}
