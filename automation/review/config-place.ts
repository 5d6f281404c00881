import type { LockstepConfig, VaultConfig } from "../../components/config/types";
import { vaultOperationsBucketName } from "../../components/derived-names";
import type { ConfigPath } from "./config-line";
import type { RiskId } from "./risk";

/** What is said about a resource: by its name at AWS, its URN, or both. */
export interface Subject {
  readonly id?: RiskId;
  readonly path?: string;
  readonly resource?: string;
  readonly urn?: string;
}

/** What of a vault's config a risk comes from. */
const KEYS_OF_VAULT: Partial<Record<RiskId, ConfigPath>> = {
  RetentionShrinks: ["lock", "retention"],
  RetentionRemoved: ["lock"],
  LockModeWeakens: ["lock", "stage"],
  KeyChanges: ["encryption"],
  KeyRemoved: ["encryption"],
  KeyLeftBehind: ["encryption"],
  BucketDeleted: ["bucket"],
  BucketLeftBehind: ["bucket"],
  BucketReplaced: ["bucket"],
  VaultLeftBehind: ["bucket"],
  DenyRemoved: ["breakGlassRoleArn"],
};

/** What of a rule's config a risk comes from. */
const KEYS_OF_RULE: Partial<Record<RiskId, ConfigPath>> = {
  RuleDisabled: ["status"],
  RuleFilterChanges: ["filter"],
  RuleDestinationChanges: ["vault"],
  KeyChanges: ["replicaKmsKeyId"],
};

/** Where in the config stands what a risk or a policy's finding is about. Pure. */
export function configPlace(subject: Subject, config: LockstepConfig): ConfigPath {
  const { id } = subject;
  const rule = /^rules\[(.*?)\]/.exec(subject.path ?? "")?.[1];
  if (rule !== undefined || id === "RuleRemoved") {
    if (!config.rules.some(({ name }) => name === rule)) return ["rules"];
    return ["rules", rule ?? "", ...((id && KEYS_OF_RULE[id]) ?? [])];
  }
  const vault = vaultOf(subject, config.vaults);
  if (vault !== undefined) {
    return ["vaults", vault.name, ...((id && KEYS_OF_VAULT[id]) ?? [])];
  }
  if (id === "VaultLeftBehind" || (id === "BucketReplaced" && subject.urn === undefined)) {
    return ["vaults"];
  }
  return sourceOf(subject, config);
}

function vaultOf(
  { resource, urn = "" }: Subject,
  vaults: readonly VaultConfig[],
): VaultConfig | undefined {
  const byName = vaults.find(
    ({ bucket: { name } }) => resource === name || resource === vaultOperationsBucketName(name),
  );
  if (byName !== undefined) return byName;
  // Resources of a vault are named after it; of two names the longer one fits only its own.
  const name = urn.split("::").at(-1) ?? "";
  return [...vaults]
    .sort((first, second) => second.name.length - first.name.length)
    .find((vault) => `${name}-`.includes(`-vault-${vault.name}-`));
}

function sourceOf({ resource, urn = "" }: Subject, config: LockstepConfig): ConfigPath {
  if (!config.isFleet) return ["source"];
  const source = config.sources.find(
    ({ bucket, name }) =>
      resource === bucket.name || `${urn.split("::").at(-1) ?? ""}-`.includes(`-${name}-`),
  );
  return source === undefined ? ["sources"] : ["sources", source.name];
}
