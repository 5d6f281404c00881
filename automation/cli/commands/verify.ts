import { verifyStack } from "../../backfill/look";
import { outputsOfSources } from "../../stack/deployed-sources";
import { warnOfCopies } from "../../promise/warn-of-copies";
import { requireUpToDate } from "../../stack/up-to-date";
import type { LockstepEvent } from "../../events";
import type { CommandContext, CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { EXIT } from "../exit-codes";
import { lookAtGuard, withGuard } from "./guard-look";
import { withNamedRefusals } from "./named-refusals";
import { tellVerdicts } from "./source-verdicts";
import type { TakenFromCopies } from "../../promise/outputs-from-copies";
import { AWS_LIMITS, openForVerdict } from "./stack-command";

/** `lockstep verify`: the vaults' own protections, and every version in every vault. */
export const verify: CommandHandler = async (context) => {
  const opened = await openForVerdict(context);
  const details = await DetailsFile.create(context);
  const { losses } = await lookAtGuard(opened, context);
  await warnOfCopies(await outputsOfSources(opened.stack), opened.config, {}, context);
  const guardExit = losses.length === 0 ? EXIT.ok : EXIT.failure;
  // The vaults' team may not look into the sources: what it can answer for is how its vaults are guarded.
  if (opened.config.side === "vaults") return guardExit;
  const origins = (await opened.taken?.())?.origins;
  const exit = await withNamedRefusals(opened.config, context, (telling) =>
    tellVerdicts(
      opened,
      withGuard(withOrigins(telling, origins), losses),
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
    ),
  );
  return exit === EXIT.ok ? guardExit : exit;
};

/** The context of a command whose verdicts say from which copy their promise was taken. */
function withOrigins(
  context: CommandContext,
  origins: TakenFromCopies["origins"] | undefined,
): CommandContext {
  const emit = (event: LockstepEvent): void => {
    const promiseCopy = event.type === "verdict" ? origins?.get(event.source ?? "") : undefined;
    context.emit(promiseCopy === undefined ? event : ({ ...event, promiseCopy } as LockstepEvent));
  };
  return { ...context, emit };
}
