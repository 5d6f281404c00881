import { explained, throwIfAborted } from "../../errors";
import type { RelockFields } from "../../events";
import { relock as extendLocks } from "../../relock/run";
import { sourceNames, sourceReader } from "../../stack/deployed-sources";
import { requireUpToDate } from "../../stack/up-to-date";
import type { CommandContext, CommandHandler } from "../command";
import { errorEvent } from "../error-event";
import { EXIT, exitCodeFor } from "../exit-codes";
import { lookAtGuard, readOnce } from "./guard-look";
import {
  AWS_LIMITS,
  openForLook,
  reportsFolder,
  requireBothSides,
  withClients,
} from "./stack-command";

/** `lockstep relock`: each source, or the one that `--source` names. Several end with one closing event. */
export const relock: CommandHandler = async (context) => {
  const opened = readOnce(await openForLook(context));
  const { config, stack } = opened;
  requireBothSides(config);
  const { losses } = await lookAtGuard(opened, context);
  const names = sourceNames(config, context.flags.source);
  const read = await sourceReader(stack, config);
  const results: RelockFields[] = [];
  const errors: unknown[] = [];
  for (const source of names) {
    try {
      results.push(
        await withClients(read(source), config, context, (work) => {
          requireUpToDate(work.config, work.outputs);
          return extendLocks({
            ...contextOf(source, context),
            ...AWS_LIMITS,
            ...work,
            withinDays: context.flags.withinDays,
            reportsFolder: reportsFolder(opened.address),
          });
        }),
      );
    } catch (error) {
      throwIfAborted(context.signal);
      if (names.length === 1) throw error;
      const told = explained(error);
      errors.push(told);
      context.emit(errorEvent(told, source));
    }
  }
  if (names.length > 1) context.emit({ type: "relock", ...closing(results) });
  const isClean = errors.length === 0 && results.every(({ failed }) => failed === 0);
  if (isClean) return losses.length === 0 ? EXIT.ok : EXIT.failure;
  const isUsage =
    errors.length === names.length && errors.every((one) => exitCodeFor(one) === EXIT.usage);
  return isUsage ? EXIT.usage : EXIT.failure;
};

/** A context whose results have the name of their source. */
function contextOf(source: string, context: CommandContext): CommandContext {
  return {
    ...context,
    emit: (event) => context.emit(event.type === "relock" ? { ...event, source } : event),
  };
}

function closing(results: readonly RelockFields[]): RelockFields {
  const sum = (of: (one: RelockFields) => number) =>
    results.reduce((total, one) => total + of(one), 0);
  return {
    extended: sum(({ extended }) => extended),
    enoughAlready: sum(({ enoughAlready }) => enoughAlready),
    failed: sum(({ failed }) => failed),
    failures: results.flatMap(({ failures }) => failures).slice(0, 100),
  };
}
