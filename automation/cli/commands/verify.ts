import { verifyStack } from "../../backfill/look";
import { requireUpToDate } from "../../up-to-date";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { AWS_LIMITS, forEachSource, openNamedStack } from "./stack-command";

/** `lockstep verify` */
export const verify: CommandHandler = async (context) => {
  const opened = await openNamedStack(context, "select");
  const verdicts = await forEachSource(opened, context, ({ clients, config, outputs }) => {
    requireUpToDate(config, outputs);
    return verifyStack({ ...context, ...AWS_LIMITS, outputs, clients });
  });
  return verdicts.every(({ clean }) => clean) ? EXIT.ok : EXIT.failure;
};
