import { readStackConfig } from "../../stack/stack-config";
import type { CommandHandler } from "../command";
import type { Flags } from "../options";
import { requireAnswerable } from "../question";

/** What a command will ask; undefined where its flags say that it asks nothing. */
export type EarlyQuestion = string | ((flags: Flags) => string | undefined);

/**
 * A command on a stack that tells what is wrong with its call and its config before its code is loaded, which takes longer
 * than everything here.
 * @param question what it will ask; a plan that is approved by its hash, or elsewhere, is not asked for
 */
export function withEarlyMistakes(
  load: () => CommandHandler,
  question?: EarlyQuestion,
): CommandHandler {
  return async (context) => {
    const { flags } = context;
    const asked = typeof question === "function" ? question(flags) : question;
    // A job is charged when it is made, so whether it can be approved has to be known before.
    if (asked !== undefined && !isApprovedElsewhere(flags)) requireAnswerable(context, asked);
    const stack = namedStack(flags);
    if (stack !== undefined) await readStackConfig({ folder: context.folder, stack });
    return load()(context);
  };
}

/** By its hash, or on another desk. */
function isApprovedElsewhere({ awaitApproval, planHash, stopAtPlan }: Flags): boolean {
  return planHash !== undefined || stopAtPlan === true || awaitApproval === true;
}

/** The stack that the command line or `PULUMI_STACK` names. */
export function namedStack(flags: Flags): string | undefined {
  return flags.stack ?? (process.env["PULUMI_STACK"] || undefined);
}
