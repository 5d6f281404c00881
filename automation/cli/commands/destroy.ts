import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { environmentOf } from "./environment";

/** `lockstep destroy`: what holds data stays, and is named with the date until which nobody can take it away. */
export const destroy: CommandHandler = async (context) => {
  const environment = await environmentOf(context);
  const { kept } = await environment.destroy({ signal: context.signal });
  context.emit({
    type: "done",
    command: "destroy",
    next: [
      ...kept.flatMap(({ lockedUntil, resource }) =>
        lockedUntil === undefined
          ? []
          : [`${resource} stays; locked until ${lockedUntil} at least`],
      ),
      `lockstep up --stack ${environment.stack}    takes up again what stays, and replicates into it`,
    ],
  });
  return EXIT.ok;
};
