import { previewStack } from "../../deploy";
import { stateResources } from "../../kept-resources";
import { preflight } from "../../preflight";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { leftVaultText, vaultsLeftBehind } from "../../vaults-left-behind";
import { openNamedStack } from "./stack-command";

/** `lockstep preview` */
export const preview: CommandHandler = async (context) => {
  const { config, stack } = await openNamedStack(context, "create");
  const resources = await stateResources(stack);
  await preflight(config, {}, context, resources);
  await previewStack(stack, context);
  for (const vault of vaultsLeftBehind(resources, config)) {
    context.emit({
      type: "warning",
      code: "VaultLeftBehind",
      message: `${await leftVaultText(vault, context)} \`lockstep up\` asks for it: --leave-vault ${vault.name}.`,
    });
  }
  return EXIT.ok;
};
