import { readStackConfig } from "../../stack/stack-config";
import type { CommandHandler } from "../command";
import type { Flags } from "../options";
import { requireAnswerable } from "../question";

/**
 * A command on a stack that tells what is wrong with its call and its config before its code is loaded, which takes longer
 * than everything here.
 * @param question what it will ask; a plan that is approved by its hash is not asked for
 */
export function withEarlyMistakes(load: () => CommandHandler, question?: string): CommandHandler {
  return async (context) => {
    // A job is charged when it is made, so whether it can be approved has to be known before.
    if (question !== undefined && context.flags.planHash === undefined) {
      requireAnswerable(context, question);
    }
    const stack = namedStack(context.flags);
    if (stack !== undefined) await readStackConfig({ folder: context.folder, stack });
    return load()(context);
  };
}

/** The stack that the command line or `PULUMI_STACK` names. */
export function namedStack(flags: Flags): string | undefined {
  return flags.stack ?? (process.env["PULUMI_STACK"] || undefined);
}
