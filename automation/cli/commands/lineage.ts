import type { LineageFields } from "../../jobs/fields";
import { readLineage } from "../../jobs/lineage";
import { isLockstepError } from "../../errors";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { openForLook, withSources } from "./stack-command";

/** `lockstep lineage KEY [VERSION]`: at each source that has it. */
export const lineage: CommandHandler = async (context) => {
  const { key = "", version: versionId } = context.flags;
  const found = await withSources(await openForLook(context), context, async (sources) => {
    const lines: LineageFields[] = [];
    let unknown: unknown;
    for (const source of sources) {
      try {
        lines.push(...(await readLineage(source, { key, versionId })));
      } catch (error) {
        if (!isLockstepError(error) || error.code !== "NoVersionsFound") throw error;
        unknown = error;
      }
    }
    if (lines.length === 0) throw unknown;
    return lines;
  });
  for (const line of found) context.emit({ type: "lineage", ...line });
  return EXIT.ok;
};
