import { previewStack, upStack } from "../../deploy";
import { LockstepError } from "../../errors";
import { stateResources } from "../../kept-resources";
import { preflight } from "../../preflight";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { requireAnswerable } from "../question";
import { openNamedStack } from "./stack-command";

/** `lockstep up` */
export const up: CommandHandler = async (context) => {
  requireAnswerable(context, "Deploy?");
  const { address, config, stack } = await openNamedStack(context, "create");
  await preflight(config, {}, context, await stateResources(stack));
  await previewStack(stack, context);
  if (!(await context.confirm({ code: "deploy", text: `Deploy this to ${address.stack}?` }))) {
    throw new LockstepError("Declined", "Nothing was deployed.");
  }
  await upStack(stack, context);
  context.emit({
    type: "done",
    command: "up",
    next: [
      `lockstep backfill --stack ${address.stack}    what is already there`,
      `lockstep verify --stack ${address.stack}      look at every version in every vault`,
    ],
  });
  return EXIT.ok;
};
