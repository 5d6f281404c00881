import type { CommandHandler } from "../command";
import { DetailsFile } from "../details-file";
import { environmentOf, verdictsExit } from "./environment";

/** `lockstep verify`: the vaults' own protections, and every version in every vault. */
export const verify: CommandHandler = async (context) => {
  const { annotations, source } = context.flags;
  const environment = await environmentOf(context);
  const details = await DetailsFile.create(context);
  return verdictsExit(
    await environment.verify({
      signal: context.signal,
      source,
      annotations,
      onLook: details && ((name, look) => details.write(name, look)),
    }),
  );
};
