import { verifyStack } from "../../backfill/look";
import { requireUpToDate } from "../../up-to-date";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { AWS_LIMITS, openNamedStack, withDeployedStack } from "./stack-command";

/** `lockstep verify` */
export const verify: CommandHandler = async (context) => {
  const opened = await openNamedStack(context, "select");
  const verdict = await withDeployedStack(opened, {}, (outputs, clients) => {
    requireUpToDate(opened.config, outputs);
    return verifyStack({ ...context, ...AWS_LIMITS, outputs, clients });
  });
  return verdict.clean ? EXIT.ok : EXIT.failure;
};
