import { examine } from "../../doctor/examine";
import type { FindingFields } from "../../events";
import { sourceNames } from "../../stack/deployed-sources";
import { findEngine } from "../../engine/find-engine";
import { readStateResources } from "../../stack/read-outputs";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { readOnce } from "./guard-look";
import { openForLook } from "./stack-command";

/** `lockstep doctor`: what keeps, or will keep, replication, jobs and locks from doing what is promised. */
export const doctor: CommandHandler = async (context) => {
  const { address, config, stack } = readOnce(await openForLook(context));
  const { source: sourceName } = context.flags;
  sourceNames(config, sourceName);
  const counts: Record<FindingFields["severity"], number> = { error: 0, warning: 0, info: 0 };
  await examine({
    config,
    stack,
    sourceName,
    environment: {},
    session: context,
    inState: async () =>
      readStateResources(address, config, await findEngine(context), context.signal),
    tell: (found) => {
      counts[found.severity]++;
      context.emit({ type: "finding", ...found });
    },
  });
  const { error: errors, info: infos, warning: warnings } = counts;
  context.emit({ type: "examined", errors, warnings, infos });
  return errors === 0 ? EXIT.ok : EXIT.failure;
};
