import {
  at,
  isRecord,
  listAt,
  numberAt,
  type Read,
  textAt,
  UNKNOWN,
  type Unknown,
} from "../values";
import type { ReplicationRule } from "./replications";

/** Whether S3 follows the rule. Absent means enabled: every provider asks for a status. */
export function isEnabled({ props }: ReplicationRule): boolean | Unknown {
  const status = textAt(props, "status");
  return status === UNKNOWN ? UNKNOWN : status !== "Disabled";
}

/** Larger wins. Rules of the first schema, which have no filter, have none: what a provider reads back says 0. */
export function priorityOf({ props }: ReplicationRule): number | undefined | Unknown {
  const priority = numberAt(props, "priority");
  return priority === 0 && at(props, "filter") === undefined ? undefined : priority;
}

/** Which objects a rule is about. */
export interface RuleFilter {
  readonly prefix: string | Unknown;
  /** All of them have to be on an object. */
  readonly tags: ReadonlyMap<string, string> | Unknown;
}

/** The filter, however its provider writes it. */
export function filterOf({ props }: ReplicationRule): RuleFilter {
  const filter = at(props, "filter");
  if (filter === UNKNOWN) return { prefix: UNKNOWN, tags: UNKNOWN };
  const prefixes = [at(filter, "prefix"), at(filter, "and", "prefix"), at(props, "prefix")];
  const prefix = prefixes.find((value) => value !== undefined && value !== "") ?? "";
  return { prefix: prefix === UNKNOWN ? UNKNOWN : String(prefix), tags: tagsIn(filter) };
}

/** `tag` and `and.tags` of `aws`, `tags` of its older form, `tagFilter` and `and.tagFilters` of `aws-native`. */
function tagsIn(filter: Read): ReadonlyMap<string, string> | Unknown {
  const found = new Map<string, string>();
  for (const path of [["tag"], ["tagFilter"], ["tags"], ["and", "tags"], ["and", "tagFilters"]]) {
    const members = listAt(filter, ...path);
    if (members === UNKNOWN) return UNKNOWN;
    for (const member of members) {
      if (!isRecord(member)) return UNKNOWN;
      const { key, value } = member;
      const pairs = typeof key === "string" ? [[key, value] as const] : Object.entries(member);
      for (const [name, text] of pairs) {
        if (text === UNKNOWN) return UNKNOWN;
        found.set(name, String(text));
      }
    }
  }
  return found;
}

/** Whether an object may match both filters; `UNKNOWN` is no overlap that could be told. */
export function mayOverlap(first: RuleFilter, second: RuleFilter): boolean {
  if (first.prefix === UNKNOWN || second.prefix === UNKNOWN) return false;
  if (!first.prefix.startsWith(second.prefix) && !second.prefix.startsWith(first.prefix)) {
    return false;
  }
  const { tags } = second;
  if (first.tags === UNKNOWN || tags === UNKNOWN) return false;
  return [...first.tags].every(([key, value]) => (tags.get(key) ?? value) === value);
}

/** A status of a rule, by where the providers write it. */
function statusAt(rule: ReplicationRule, ...paths: readonly (readonly string[])[]) {
  const found = paths.map((path) => at(rule.props, ...path)).find((value) => value !== undefined);
  if (found === UNKNOWN) return UNKNOWN;
  return found === "Enabled" || found === true;
}

/** Whether versions under a KMS key are replicated at all. */
export function isKmsOptedIn(rule: ReplicationRule): boolean | Unknown {
  const path = ["sourceSelectionCriteria", "sseKmsEncryptedObjects"];
  return statusAt(rule, [...path, "status"], [...path, "enabled"]);
}

/** The key that replicas are encrypted with. */
export function replicaKeyOf({ props }: ReplicationRule): string | undefined | Unknown {
  const key = textAt(props, "destination", "encryptionConfiguration", "replicaKmsKeyId");
  return key === undefined ? textAt(props, "destination", "replicaKmsKeyId") : key;
}

/** Whether S3 tells how far the rule is. Replication Time Control turns that on. */
export function hasMetrics(rule: ReplicationRule): boolean | Unknown {
  const metrics = statusAt(rule, ["destination", "metrics", "status"]);
  return metrics === false ? hasTimeControl(rule) : metrics;
}

/** Whether S3 Replication Time Control is on, which costs extra for each gigabyte. */
export function hasTimeControl(rule: ReplicationRule): boolean | Unknown {
  return statusAt(rule, ["destination", "replicationTime", "status"]);
}

/** Whether delete markers are replicated. */
export function replicatesDeleteMarkers(rule: ReplicationRule): boolean | Unknown {
  return statusAt(rule, ["deleteMarkerReplication", "status"], ["deleteMarkerReplicationStatus"]);
}

/** Whether replicas are given to the owner of the vault. */
export function hasOwnerOverride({ props }: ReplicationRule): boolean | Unknown {
  const owner = at(props, "destination", "accessControlTranslation", "owner");
  return owner === UNKNOWN ? UNKNOWN : owner === "Destination";
}

/** The account that the rule names as the vault's owner. */
export function destinationAccountOf({ props }: ReplicationRule): string | undefined | Unknown {
  const account = textAt(props, "destination", "account");
  return account === undefined ? textAt(props, "destination", "accountId") : account;
}
