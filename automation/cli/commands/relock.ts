import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { endOfSources, environmentOf } from "./environment";

/** `lockstep relock`: each source, or the one that `--source` names. */
export const relock: CommandHandler = async (context) => {
  const { source, withinDays } = context.flags;
  const environment = await environmentOf(context);
  const { guard, sources } = await environment.relock({
    signal: context.signal,
    source,
    withinDays,
  });
  const end = endOfSources(
    sources.map(({ error, relocked }) => ({ error, isDone: relocked?.failed === 0 })),
  );
  return end === EXIT.ok && guard.length > 0 ? EXIT.failure : end;
};
