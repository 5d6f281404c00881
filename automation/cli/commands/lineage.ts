import { chooseEngine } from "../../levels/choose-level";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { environmentOf } from "./environment";

/** `lockstep lineage KEY [VERSION]`: at each source that has it. */
export const lineage: CommandHandler = async (context) => {
  const { signal } = context;
  const { key = "", source, version: versionId } = context.flags;
  // A wrong call is told before anything is opened.
  const engine = chooseEngine(context.flags.engine);
  const environment = await environmentOf(context);
  const found = await environment.lineage({ signal, source, key, versionId, engine });
  for (const line of found) context.emit({ type: "lineage", ...line });
  return EXIT.ok;
};
