import { previewStack } from "../../deploy";
import { stateResources } from "../../kept-resources";
import { preflight } from "../../preflight";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { openNamedStack } from "./stack-command";

/** `lockstep preview` */
export const preview: CommandHandler = async (context) => {
  const { config, stack } = await openNamedStack(context, "create");
  await preflight(config, {}, context, await stateResources(stack));
  await previewStack(stack, context);
  return EXIT.ok;
};
