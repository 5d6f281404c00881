import type { BackfillOptions } from "../../backfill/options";
import { runBackfill } from "../../backfill/run";
import { examineBackfill } from "../../doctor/before-backfill";
import { requireEnabledInConfig, requireUpToDate } from "../../stack/up-to-date";
import type { CommandContext, CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { EXIT } from "../exit-codes";
import { lookAtGuard, readOnce, withGuard } from "./guard-look";
import { withNamedRefusals } from "./named-refusals";
import { tellVerdicts } from "./source-verdicts";
import { AWS_LIMITS, openForLook, reportsFolder } from "./stack-command";

/** `lockstep backfill` */
export const backfill: CommandHandler = (context) =>
  run(context, { adoptJobId: context.flags.adopt });

/** `lockstep retry`: the same, from a list of exactly what is missing, and with a limit of attempts. */
export const retry: CommandHandler = (context) =>
  run(context, { retry: { maxAttempts: context.flags.maxAttempts ?? MAX_ATTEMPTS } });

/** Jobs that may try to bring a version before a person is asked to look: a passing trouble is over by then. */
const MAX_ATTEMPTS = 3;

async function run(
  context: CommandContext,
  how: Pick<BackfillOptions, "adoptJobId" | "retry">,
): Promise<number> {
  const opened = readOnce(await openForLook(context));
  requireEnabledInConfig(opened.config);
  const details = await DetailsFile.create(context);
  const requireFit = await examineBackfill(
    { ...opened, sourceName: context.flags.source },
    {},
    context,
  );
  const { losses } = await lookAtGuard(opened, context);
  const exit = await withNamedRefusals(opened.config, context, (telling) =>
    tellVerdicts(
      opened,
      withGuard(telling, losses),
      async ({ clients, config, outputs, sharedVaults }, named) => {
        requireUpToDate(config, outputs);
        requireFit(config.source.name);
        return runBackfill({
          ...named,
          ...AWS_LIMITS,
          config,
          outputs,
          clients,
          sharedVaults,
          guard: losses,
          accept: config.verdict?.accept,
          annotations: context.flags.annotations,
          onLook: details && ((look) => details.write(config.source.name, look)),
          ...how,
          reportsFolder: reportsFolder(opened.address),
          ...(context.flags.planHash !== undefined && { approvedPlanHash: context.flags.planHash }),
        });
      },
    ),
  );
  return exit === EXIT.ok && losses.length > 0 ? EXIT.failure : exit;
}
