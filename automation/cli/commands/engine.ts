import { findEngine } from "../../engine/find-engine";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";

/** `lockstep engine`: gets everything ready that the first `up` would otherwise wait for. */
export const engine: CommandHandler = async (context) => {
  await findEngine(context);
  return EXIT.ok;
};
