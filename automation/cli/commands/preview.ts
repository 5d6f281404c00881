import type { CommandHandler } from "../command";
import { environmentOf } from "./environment";
import { policyExit, readPolicySettings } from "./policy-settings";
import { ReviewFiles } from "./review-files";

/** `lockstep preview`: what `up` would change, what that costs, what it would put back, and which policies it violates. */
export const preview: CommandHandler = async (context) => {
  const { refresh } = context.flags;
  const files = await ReviewFiles.create(context);
  const policySettings = await readPolicySettings(context);
  const environment = await environmentOf(context);
  const found = await environment.preview({ signal: context.signal, refresh, policySettings });
  await files.write(found.review);
  if (found.refusal !== undefined) throw found.refusal;
  return policyExit(found.policies);
};
