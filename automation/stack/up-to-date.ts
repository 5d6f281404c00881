import { canonicalJson } from "../../components/promise/canonical-json";
import type { ReplicationConfig } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { ruleOutputs } from "../../components/source/rule-outputs";
import { LockstepError, type Problem } from "../errors";

/**
 * A job with only disabled rules would fail after it was paid for.
 * @throws LockstepError `RulesDisabled` when the config disables every rule
 */
export function requireEnabledInConfig(config: Pick<ReplicationConfig, "rules">): void {
  if (config.rules.every(({ status }) => status === "Disabled")) {
    const names = config.rules.map(({ name }) => name).join(", ");
    throw new LockstepError(
      "RulesDisabled",
      `No rule of the config is enabled (${names}), so the job would fail.`,
      {
        hint: "Set `status: Enabled` for the rule under lockstep:rules and run `lockstep up` before the backfill.",
      },
    );
  }
}

/**
 * Works with what is deployed. When the config says something else by now, its owner expects something else.
 * @throws LockstepError `StackOutOfDate` with the path of each difference
 */
export function requireUpToDate(config: ReplicationConfig, outputs: LockstepOutputs): void {
  const problems = differences(config, outputs);
  if (problems.length === 0) return;
  throw new LockstepError("StackOutOfDate", "The config is not what is deployed.", {
    problems,
    hint: "Run `lockstep up` first.",
  });
}

/** Where the config and what is deployed differ, as far as a job depends on it. Pure. */
export function differences(
  config: ReplicationConfig,
  outputs: LockstepOutputs,
): readonly Problem[] {
  const problems: Problem[] = [];
  const compare = (path: string, wanted: unknown, deployed: unknown): void => {
    if (canonicalJson(wanted) === canonicalJson(deployed)) return;
    const was = deployed === undefined ? "not deployed" : `deployed as ${shown(deployed)}`;
    const message = wanted === undefined ? `is deployed and not in the config` : `is ${was}`;
    problems.push({ path, message });
  };
  const { source } = config;
  compare("source.bucket.name", source.bucket.name, outputs.source.bucketName);
  compare("source.accountId", source.accountId, outputs.source.accountId);
  compare("source.region", source.region, outputs.source.region);
  compareLists("vaults", config.vaults.map(vaultFacts), outputs.vaults.map(deployedVault), compare);
  // A priority that the config leaves out is what the deployment found free.
  const rules = config.rules.map((rule) => {
    const { priority } = outputs.rules.find(({ name }) => name === rule.name) ?? rule;
    const wanted = rule.hasDefaultPriority === true ? { ...rule, priority } : rule;
    return ruleOutputs(wanted, config.vaults);
  });
  compareLists("rules", rules, outputs.rules, compare);
  return problems;
}

function compareLists<Item extends { readonly name: string }>(
  path: string,
  wanted: readonly Item[],
  deployed: readonly Item[],
  compare: (path: string, wanted: unknown, deployed: unknown) => void,
): void {
  wanted.forEach((item, index) =>
    compare(
      `${path}[${index}]`,
      item,
      deployed.find(({ name }) => name === item.name),
    ),
  );
  for (const item of deployed) {
    if (wanted.some(({ name }) => name === item.name)) continue;
    compare(`${path} "${item.name}"`, undefined, item);
  }
}

function vaultFacts(vault: ReplicationConfig["vaults"][number]) {
  const { accountId, bucket, lock, name, region, storageClass } = vault;
  return {
    name,
    accountId,
    region,
    bucketName: bucket.name,
    lock: {
      mode: lock.stage === "compliance" ? ("COMPLIANCE" as const) : ("GOVERNANCE" as const),
      retentionDays: lock.retentionDays,
    },
    storageClass,
  };
}

function deployedVault(vault: LockstepOutputs["vaults"][number]) {
  const { accountId, bucketName, name, region, storageClass } = vault;
  const { mode, retentionDays } = vault.lock;
  return { name, accountId, region, bucketName, lock: { mode, retentionDays }, storageClass };
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}
