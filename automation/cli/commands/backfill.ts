import { runBackfill } from "../../backfill/run";
import { preflight } from "../../preflight";
import { requireEnabledInConfig, requireUpToDate } from "../../up-to-date";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { requireAnswerable } from "../question";
import { AWS_LIMITS, forEachSource, openNamedStack, reportsFolder } from "./stack-command";

/** `lockstep backfill` */
export const backfill: CommandHandler = async (context) => {
  // A job is charged when it is made, so whether it can be approved has to be known before.
  if (context.flags.planHash === undefined) requireAnswerable(context, "Run the job?");
  const opened = await openNamedStack(context, "select");
  requireEnabledInConfig(opened.config);
  await preflight(opened.config, {}, context);
  const verdicts = await forEachSource(opened, context, ({ clients, config, outputs }) => {
    requireUpToDate(config, outputs);
    return runBackfill({
      ...context,
      ...AWS_LIMITS,
      config,
      outputs,
      clients,
      reportsFolder: reportsFolder(opened.address),
      ...(context.flags.planHash !== undefined && { approvedPlanHash: context.flags.planHash }),
    });
  });
  return verdicts.every(({ clean }) => clean) ? EXIT.ok : EXIT.failure;
};
