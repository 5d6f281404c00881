import { verifyStack } from "../../backfill/look";
import { requireUpToDate } from "../../up-to-date";
import type { CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { EXIT } from "../exit-codes";
import { lookAtGuard, withGuard } from "./guard-look";
import { tellVerdicts } from "./source-verdicts";
import { AWS_LIMITS, openForLook } from "./stack-command";

/** `lockstep verify`: the vaults' own protections, and every version in every vault. */
export const verify: CommandHandler = async (context) => {
  const opened = await openForLook(context);
  const details = await DetailsFile.create(context);
  const { losses } = await lookAtGuard(opened, context);
  const guardExit = losses.length === 0 ? EXIT.ok : EXIT.failure;
  // The vaults' team may not look into the sources: what it can answer for is how its vaults are guarded.
  if (opened.config.side === "vaults") return guardExit;
  const exit = await tellVerdicts(
    opened,
    withGuard(context, losses),
    ({ clients, config, outputs, sharedVaults }, named) => {
      requireUpToDate(config, outputs);
      return verifyStack({
        ...named,
        ...AWS_LIMITS,
        outputs,
        clients,
        sharedVaults,
        guard: losses,
        accept: config.verdict?.accept,
        annotations: context.flags.annotations,
        onLook: details && ((look) => details.write(config.source.name, look)),
      });
    },
  );
  return exit === EXIT.ok ? guardExit : exit;
};
