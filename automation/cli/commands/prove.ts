import { LockstepError } from "../../errors";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { requireAnswerable } from "../question";
import { environmentOf, verdictsExit } from "./environment";

/** `lockstep prove`: what `verify` finds, and all that it was found by, as a signed bundle. */
export const prove: CommandHandler = async (context) => {
  const { annotations, key, out, newChain, previous, refusals, trail } = context.flags;
  if (out === undefined || key === undefined) {
    const missing = out === undefined ? "--out" : "--key";
    throw new LockstepError("UsageInvalid", `Name ${missing}.`, {
      hint: "lockstep prove -s prod --out evidence.tar --key private.pem, or --key kms:ARN",
    });
  }
  // Told before anything is looked at.
  if (refusals === true) requireAnswerable(context, "Try what the vaults have to refuse?");
  const environment = await environmentOf(context);
  const result = await environment.prove({
    signal: context.signal,
    canConfirm: context.isInteractive || context.flags.yes === true,
    ...{ annotations, key, newChain, out, previous, refusals, trail },
  });
  const end = verdictsExit(result);
  return end === EXIT.ok && !result.clean ? EXIT.failure : end;
};
