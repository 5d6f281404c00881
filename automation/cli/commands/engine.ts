import { findEngine } from "../../engine/find-engine";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";

/** `lockstep engine`: gets everything ready that the first `up` would otherwise wait for. */
export const engine: CommandHandler = async (context) => {
  const { path } = await findEngine(context);
  context.print(path);
  return EXIT.ok;
};
