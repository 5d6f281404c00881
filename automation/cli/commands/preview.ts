import { previewStack } from "../../stack/deploy";
import { deployedVaults } from "../../stack/deployed-sources";
import { resourcesOf } from "../../guard/left-alone";
import { isRestoredByCall } from "../../guard/restore-guard";
import { stateResources } from "../../stack/kept-resources";
import { preflight } from "../../stack/preflight";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { leftVaultText, vaultsLeftBehind } from "../../stack/vaults-left-behind";
import { lossesBefore } from "./guard-look";
import { openNamedStack } from "./stack-command";

/** `lockstep preview`: what `up` would change, and what it would put back. */
export const preview: CommandHandler = async (context) => {
  const opened = await openNamedStack(context, "create");
  const { config, stack } = opened;
  const resources = await stateResources(stack);
  await preflight(config, {}, context, resources);
  const refresh = context.flags.refresh !== false;
  const losses = refresh ? await lossesBefore(opened, context) : [];
  const deployed = await deployedVaults(stack);
  const left = losses.filter(
    (loss) => loss.restoredBy === "break-glass" || isRestoredByCall(loss, deployed),
  );
  await previewStack(stack, context, { refresh, exclude: resourcesOf(left, resources) });
  for (const vault of vaultsLeftBehind(resources, config)) {
    context.emit({
      type: "warning",
      code: "VaultLeftBehind",
      message: `${await leftVaultText(vault, context)} \`lockstep up\` asks for it: --leave-vault ${vault.name}.`,
    });
  }
  return EXIT.ok;
};
