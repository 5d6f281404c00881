import { chooseLevel, type InventoryEngine } from "../../levels/choose-level";
import type { Level } from "../../levels/levels";
import type { CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { environmentOf, verdictsExit } from "./environment";

/** `lockstep verify`: the vaults' own protections, and every version in every vault, as far as `--level` goes. */
export const verify: CommandHandler = async (context) => {
  const { details: file, level, sample: sampleCount, sampleSeed: seed, source } = context.flags;
  const { annotations, engine, interval, rpo, since, watch } = context.flags;
  const wish = { annotations, interval, rpo, sampleCount, seed, since, watch };
  // A wrong call is told before anything is opened.
  chooseLevel({ ...wish, engine, level, details: file });
  const details = DetailsFile.of(context);
  const environment = await environmentOf(context);
  const result = await environment.verify({
    signal: context.signal,
    source,
    ...wish,
    // `chooseLevel` has refused what is none.
    level: level as Level | undefined,
    engine: engine as InventoryEngine | undefined,
    onLook: details && ((name, look) => details.write(name, look)),
  });
  details?.requireWritten();
  return verdictsExit(result);
};
