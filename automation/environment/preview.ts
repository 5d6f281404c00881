import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isLockstepError, type LockstepError } from "../errors";
import { resourcesOf } from "../guard/left-alone";
import { isRestoredByCall } from "../guard/restore-guard";
import { requireReadable } from "../guard/unreadable";
import { mergedPolicySettings, tellPolicies } from "../policy/hold-against";
import { bucketsAtRisk, refuseLossOfData } from "../review/buckets-at-risk";
import { pathInRepository } from "../review/path-in-repository";
import { reviewOf } from "../review/review";
import { previewProgram } from "../stack/deploy";
import { deployedVaults } from "../stack/deployed-sources";
import { stateResources } from "../stack/kept-resources";
import { keepingPlan } from "../stack/planned-changes";
import { preflight } from "../stack/preflight";
import { stackFileName } from "../stack/stack-config";
import { leftVaultText, vaultsLeftBehind } from "../stack/vaults-left-behind";
import type { Call } from "./call";
import { lossesBefore, readOnce } from "./guard-look";
import { openToChange } from "./opened";
import type { PreviewOptions, PreviewResult } from "./options";

/** What `up` would change, what that costs, what it would put back, and which policies it violates. */
export async function preview(
  { policySettings, refresh = true }: PreviewOptions,
  call: Call,
): Promise<PreviewResult> {
  const opened = await openToChange(call, "create");
  const { address, config, stack } = opened;
  const settings = mergedPolicySettings(config, policySettings, "the settings of the policies");
  const resources = await stateResources(stack);
  await preflight(config, call.aws, call, resources, "preview");
  const before = readOnce(opened);
  const losses = refresh ? await lossesBefore(before, call) : [];
  const deployed = await deployedVaults(before.stack);
  const left = losses.filter(
    (loss) => loss.restoredBy === "break-glass" || isRestoredByCall(loss, deployed),
  );
  const { planned, session } = keepingPlan(call);
  const previewed = await previewProgram(stack, session, {
    refresh,
    exclude: resourcesOf(left, resources),
    state: resources,
  });
  const leftBehind = vaultsLeftBehind(resources, config);
  const atRisk = await bucketsAtRisk({ planned, resources, config }, call, call.aws);
  const refused = new Set(atRisk.map(({ bucketName }) => bucketName));
  for (const vault of leftBehind.filter(({ bucketName }) => !refused.has(bucketName))) {
    call.emit({
      type: "warning",
      code: "VaultLeftBehind",
      message: `${await leftVaultText(vault, call, call.aws)} \`lockstep up\` asks for it: --leave-vault ${vault.name}.`,
    });
  }
  const policies = tellPolicies(previewed.resources, settings, call);
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
    policies,
  });
  for (const risk of review.risks) call.emit({ type: "risk", ...risk });
  for (const price of review.prices) call.emit({ type: "price", ...price });
  const refusal = refusalOf(() => {
    refuseLossOfData(atRisk);
    requireReadable(losses);
  });
  return { changes: previewed.changes, review, policies, ...(refusal && { refusal }) };
}

/** What `up` would throw: a preview shows everything beside it, too. */
function refusalOf(check: () => void): LockstepError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    return error;
  }
}
