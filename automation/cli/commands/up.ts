import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { environmentOf } from "./environment";

/** `lockstep up`: deploys, puts back what was changed by hand, keeps the promise's copy, and looks at the vaults' guard once more. */
export const up: CommandHandler = async (context) => {
  const { leaveVault: leaveVaults, refresh } = context.flags;
  const environment = await environmentOf(context);
  const canLeaveVaults = context.isInteractive;
  await environment.up({ signal: context.signal, refresh, leaveVaults, canLeaveVaults });
  const { stack } = environment;
  context.emit({
    type: "done",
    command: "up",
    next: [
      `lockstep backfill --stack ${stack}    what is already there`,
      `lockstep verify --stack ${stack}      look at every version in every vault`,
    ],
  });
  return EXIT.ok;
};
