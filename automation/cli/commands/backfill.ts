import type { BackfillOptions } from "../../backfill/options";
import type { Environment } from "../../environment/environment";
import type { BackfillCallOptions, VerdictsResult } from "../../environment/options";
import type { CommandContext, CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { canaryWish } from "./doctor";
import { environmentOf, verdictsExit } from "./environment";

/** `lockstep backfill` */
export const backfill: CommandHandler = (context) =>
  run(context, (environment, options) =>
    environment.backfill({ ...options, adoptJobId: context.flags.adopt }),
  );

/** `lockstep retry`: the same, from a list of exactly what is missing, and with a limit of attempts. */
export const retry: CommandHandler = (context) =>
  run(context, (environment, options) =>
    environment.retry({ ...options, maxAttempts: context.flags.maxAttempts }),
  );

async function run(
  context: CommandContext,
  fill: (environment: Environment, options: BackfillCallOptions) => Promise<VerdictsResult>,
): Promise<number> {
  const { annotations, planHash, source } = context.flags;
  const canary = canaryWish(context.flags);
  const details = DetailsFile.of(context);
  const environment = await environmentOf(context);
  const result = await fill(environment, {
    signal: context.signal,
    source,
    annotations,
    approvedPlanHash: planHash,
    atGate: gateOf(context),
    canApprove: context.isInteractive || context.flags.yes === true,
    canary,
    onLook: details && ((name, look) => details.write(name, look)),
  });
  details?.requireWritten();
  return verdictsExit(result);
}

/** Whoever says how a plan is to be approved is not asked, whatever else is to be answered with yes. */
function gateOf({ flags }: CommandContext): BackfillOptions["atGate"] {
  if (flags.stopAtPlan === true) return "stop";
  return flags.awaitApproval === true ? "wait" : "ask";
}
