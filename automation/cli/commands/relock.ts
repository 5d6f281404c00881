import type { SourceRelock } from "../../environment/options";
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
  // A source with nothing to do is no work that was done beside a question nobody could answer.
  const worked = sources.filter(({ error, relocked }) => error !== undefined || hasWork(relocked));
  const end = endOfSources(
    worked.map(({ error, relocked }) => ({ error, isDone: relocked?.failed === 0 })),
  );
  return end === EXIT.ok && guard.length > 0 ? EXIT.failure : end;
};

function hasWork(relocked: SourceRelock["relocked"]): boolean {
  return relocked !== undefined && relocked.extended + relocked.failed > 0;
}
