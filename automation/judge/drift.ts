/**
 * Where the source's live settings differ from the promise. Named, and never a smaller expectation: what has to be at the
 * vaults follows from the promise alone. Pure.
 */

import { hasMetrics } from "../../components/config/rule";
import type {
  InventoryConfiguration,
  ReplicationConfiguration,
  ReplicationRule,
} from "@aws-sdk/client-s3";
import type { RuleConfig } from "../../components/config/rule";
import { canonicalJson } from "../../components/promise/canonical-json";
import type { RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import {
  deployedInventory,
  inventoryDifferences,
  liveInventory,
} from "../inventory/inventory-meaning";
import type { DeployedPromise } from "../promise/deployed-promise";
import { liveFilter, type WholeFilter } from "../rules/live-filter";
import type { Drift } from "./outcome";

/** What the source bucket says of itself; `unreadable` holds what S3 answered in place of it. */
export interface SourceSettings {
  /** Undefined: there is none. */
  readonly replication: ReplicationConfiguration | { readonly unreadable: string } | undefined;
  /** `Enabled`, `Suspended`; undefined: never switched on. */
  readonly versioning: string | { readonly unreadable: string } | undefined;
  /** The inventory that the promise has. Undefined: there is none of its name, or the promise has none. */
  readonly inventory?: InventoryConfiguration | { readonly unreadable: string } | undefined;
}

export function sourceDrift(promise: DeployedPromise, live: SourceSettings): readonly Drift[] {
  return [...settingsDrift(promise, live), ...inventoryDrift(promise, live)];
}

/** An inventory tells of versions: whatever becomes of it, replication and jobs go on. */
function inventoryDrift(
  { source }: DeployedPromise,
  { inventory: live }: SourceSettings,
): readonly Drift[] {
  const wanted = deployedInventory(source);
  if (wanted === undefined) return [];
  const differs = (path: string, expected: unknown, found: unknown): Drift => ({
    side: "source",
    resource: source.bucketArn,
    path,
    expected,
    found,
    breaks: false,
  });
  if (live === undefined || "unreadable" in live) {
    return [differs("inventory", wanted, live ?? null)];
  }
  const found = liveInventory(live);
  return inventoryDifferences(wanted, found).map((member) =>
    differs(`inventory.${member}`, wanted[member], found[member]),
  );
}

function settingsDrift(promise: DeployedPromise, live: SourceSettings): readonly Drift[] {
  const resource = promise.source.bucketArn;
  const drift: Drift[] = [];
  const compare = (path: string, expected: unknown, found: unknown): void => {
    if (canonicalJson(expected ?? null) === canonicalJson(found ?? null)) return;
    drift.push({
      side: "source",
      resource,
      path,
      expected: expected ?? null,
      found: found ?? null,
    });
  };
  compare("versioning", "Enabled", live.versioning);
  const { replication } = live;
  const names = promise.rules.map(({ name }) => name);
  if (replication === undefined || "unreadable" in replication) {
    compare("replication", names, replication);
    return drift;
  }
  compare("role", promise.source.replicationRoleArn, replication.Role);
  const rules = replication.Rules ?? [];
  for (const rule of promise.rules) {
    const path = `rules["${rule.name}"]`;
    const found = rules.find(({ ID }) => ID === rule.name);
    const wanted = promisedRule(rule, promise.vaults.get(rule.vault));
    if (found === undefined) {
      compare(path, wanted, undefined);
      continue;
    }
    const actual = liveRule(found);
    for (const member of Object.keys(wanted) as (keyof RuleMeaning)[]) {
      compare(`${path}.${member}`, wanted[member], actual[member]);
    }
  }
  // A further rule to a vault of ours takes over with a higher priority: another key, another class.
  const vaultArns = new Set([...promise.vaults.values()].map(({ bucketArn }) => bucketArn));
  for (const rule of rules) {
    const isOurs = vaultArns.has(rule.Destination?.Bucket ?? "");
    if (isOurs && !names.includes(rule.ID ?? "")) {
      compare(`rules["${rule.ID ?? ""}"]`, undefined, liveRule(rule));
    }
  }
  return drift;
}

/** What a rule means, whichever way S3 or we write it. Members are those of the config where it has them. */
interface RuleMeaning extends WholeFilter, Pick<RuleConfig, RuleSwitches | "priority"> {
  status: string;
  /** What the filter leaves out; a promise has none. */
  not: unknown;
  destinationBucketArn: string | null;
  destinationAccountId: string | null;
  storageClass: string | null;
  replicaKmsKeyId: string | null;
  sseKmsEncryptedObjects: boolean;
}

/** What of a rule is on or off, whatever else it says. */
type RuleSwitches =
  | "ownerOverride"
  | "deleteMarkerReplication"
  | "replicaModifications"
  | "replicationTimeControl"
  | "metrics";

function promisedRule(rule: RuleOutputs, vault: VaultOutputs | undefined): RuleMeaning {
  const takesKms = rule.sseKmsEncryptedObjects === true;
  const key = rule.replicaKmsKeyId ?? vault?.kmsKeyArn ?? null;
  return {
    status: rule.status,
    priority: rule.priority,
    prefix: rule.prefix ?? "",
    tags: rule.tags ?? {},
    not: null,
    destinationBucketArn: vault?.bucketArn ?? null,
    destinationAccountId: vault?.accountId ?? null,
    storageClass: rule.storageClass ?? vault?.storageClass ?? null,
    replicaKmsKeyId: takesKms ? key : null,
    sseKmsEncryptedObjects: takesKms,
    ownerOverride: rule.ownerOverride === true,
    deleteMarkerReplication: rule.deleteMarkerReplication === true,
    replicaModifications: rule.replicaModifications === true,
    replicationTimeControl: rule.replicationTimeControl === true,
    metrics: hasMetrics(rule),
  };
}

/** Reads a rule in the form that the current API writes (with `Filter`) or in the first one (with `Prefix`). */
function liveRule(rule: ReplicationRule): RuleMeaning {
  const { Destination: to, Filter: filter, SourceSelectionCriteria: criteria } = rule;
  const not = filter as { Not?: unknown; And?: { Not?: unknown } } | undefined;
  return {
    status: rule.Status ?? "",
    priority: rule.Priority ?? 0,
    ...liveFilter(rule),
    not: not?.Not ?? not?.And?.Not ?? null,
    destinationBucketArn: to?.Bucket ?? null,
    destinationAccountId: to?.Account ?? null,
    storageClass: to?.StorageClass ?? null,
    replicaKmsKeyId: to?.EncryptionConfiguration?.ReplicaKmsKeyID ?? null,
    sseKmsEncryptedObjects: criteria?.SseKmsEncryptedObjects?.Status === "Enabled",
    ownerOverride: to?.AccessControlTranslation?.Owner === "Destination",
    // Rules of the first form replicate delete markers without a word.
    deleteMarkerReplication:
      filter === undefined || rule.DeleteMarkerReplication?.Status === "Enabled",
    replicaModifications: criteria?.ReplicaModifications?.Status === "Enabled",
    replicationTimeControl: to?.ReplicationTime?.Status === "Enabled",
    metrics: to?.Metrics?.Status === "Enabled",
  };
}
