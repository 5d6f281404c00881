import { chooseLevel } from "../../levels/choose-level";
import type { CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { environmentOf, verdictsExit } from "./environment";

/** `lockstep verify`: the vaults' own protections, and every version in every vault, as far as `--level` goes. */
export const verify: CommandHandler = async (context) => {
  const { annotations, level, sample: sampleCount, sampleSeed: seed, source } = context.flags;
  // A wrong call is told before anything is opened or written.
  const choice = chooseLevel({ annotations, level, sampleCount, seed });
  const environment = await environmentOf(context);
  const details = await DetailsFile.create(context);
  return verdictsExit(
    await environment.verify({
      signal: context.signal,
      source,
      annotations,
      ...choice,
      onLook: details && ((name, look) => details.write(name, look)),
    }),
  );
};
