import { destroyStack } from "../../deploy";
import { LockstepError } from "../../errors";
import { findLocks } from "../../locked-data";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { requireAnswerable } from "../question";
import { openNamedStack, withDeployedStack } from "./stack-command";

/** `lockstep destroy`: what holds data stays, and is named with the date until which nobody can take it away. */
export const destroy: CommandHandler = async (context) => {
  requireAnswerable(context, "Destroy?");
  const opened = await openNamedStack(context, "select");
  await withDeployedStack(opened, {}, async (outputs, clients) => {
    const locks = await findLocks([...clients.vaults.values()], context);
    for (const { name, bucketName } of outputs.vaults) {
      const lock = locks.find(({ vault }) => vault === name);
      context.emit({
        type: "kept",
        resource: bucketName,
        reason: lock === undefined ? "a vault is never deleted" : "it cannot be destroyed",
        ...(lock !== undefined && { lockedUntil: lock.untilAtLeast }),
      });
    }
    context.emit({
      type: "kept",
      resource: outputs.operations.bucketName,
      reason: "ledger, manifests and reports are the record of what was done",
    });
  });
  const { stack } = opened.address;
  const text = `Take down the rest of the stack ${stack}?`;
  if (!(await context.confirm({ code: "destroy", text }))) {
    throw new LockstepError("Declined", "Nothing was taken down.");
  }
  await destroyStack(opened.stack, context);
  return EXIT.ok;
};
