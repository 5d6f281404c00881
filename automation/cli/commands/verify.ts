import { verifyStack } from "../../backfill/look";
import { requireUpToDate } from "../../up-to-date";
import type { CommandHandler } from "../command";
import { tellVerdicts } from "./source-verdicts";
import { AWS_LIMITS, openForLook } from "./stack-command";

/** `lockstep verify` */
export const verify: CommandHandler = async (context) => {
  const opened = await openForLook(context);
  return tellVerdicts(opened, context, ({ clients, config, outputs, sharedVaults }, named) => {
    requireUpToDate(config, outputs);
    return verifyStack({ ...named, ...AWS_LIMITS, outputs, clients, sharedVaults });
  });
};
