import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { resourcesOf } from "../../guard/left-alone";
import { isRestoredByCall } from "../../guard/restore-guard";
import { requireReadable } from "../../guard/unreadable";
import { reviewOf } from "../../review/review";
import { bucketsAtRisk, refuseLossOfData } from "../../review/buckets-at-risk";
import { previewProgram } from "../../stack/deploy";
import { deployedVaults } from "../../stack/deployed-sources";
import { stateResources } from "../../stack/kept-resources";
import { keepingPlan } from "../../stack/planned-changes";
import { preflight } from "../../stack/preflight";
import { stackFileName } from "../../stack/stack-config";
import { leftVaultText, vaultsLeftBehind } from "../../stack/vaults-left-behind";
import type { CommandHandler } from "../command";
import { lossesBefore } from "./guard-look";
import { readPolicySettings, tellPolicies } from "./policy-settings";
import { pathInRepository, ReviewFiles } from "./review-files";
import { openNamedStack } from "./stack-command";

/** `lockstep preview`: what `up` would change, what that costs, what it would put back, and which policies it violates. */
export const preview: CommandHandler = async (context) => {
  const files = await ReviewFiles.create(context);
  const opened = await openNamedStack(context, "create");
  const { address, config, stack } = opened;
  const settings = await readPolicySettings(context, config);
  const resources = await stateResources(stack);
  await preflight(config, {}, context, resources, "preview");
  const refresh = context.flags.refresh !== false;
  const losses = refresh ? await lossesBefore(opened, context) : [];
  const deployed = await deployedVaults(stack);
  const left = losses.filter(
    (loss) => loss.restoredBy === "break-glass" || isRestoredByCall(loss, deployed),
  );
  const { planned, session } = keepingPlan(context);
  const previewed = await previewProgram(stack, session, {
    refresh,
    exclude: resourcesOf(left, resources),
  });
  const leftBehind = vaultsLeftBehind(resources, config);
  const atRisk = await bucketsAtRisk({ planned, resources, config }, context);
  const refused = new Set(atRisk.map(({ bucketName }) => bucketName));
  for (const vault of leftBehind.filter(({ bucketName }) => !refused.has(bucketName))) {
    context.emit({
      type: "warning",
      code: "VaultLeftBehind",
      message: `${await leftVaultText(vault, context)} \`lockstep up\` asks for it: --leave-vault ${vault.name}.`,
    });
  }
  const { exitCode, findings } = tellPolicies(previewed.resources, settings, context);
  const stackFile = join(address.folder, stackFileName(address.stack));
  const review = reviewOf({
    stack: address.stack,
    file: await pathInRepository(stackFile),
    stackFile: await readFile(stackFile, "utf8"),
    config,
    planned,
    summary: previewed.changes,
    leftBehind,
    atRisk,
    policies: findings,
  });
  for (const risk of review.risks) context.emit({ type: "risk", ...risk });
  for (const price of review.prices) context.emit({ type: "price", ...price });
  await files.write(review);
  refuseLossOfData(atRisk);
  requireReadable(losses);
  return exitCode;
};
