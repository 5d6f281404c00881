/** The source's live rules against the promised ones, and promised rules that match nothing. Pure. */

import type { ReplicationRule } from "@aws-sdk/client-s3";
import type { RuleOutputs, VaultOutputs } from "../../../components/promise/outputs";
import type { Fact } from "../../guard/facts";
import { sourceDrift, type SourceSettings } from "../../judge/drift";
import { READS_INVENTORY } from "../../inventory/read-inventory";
import type { Drift } from "../../judge/outcome";
import { isUnread } from "../../judge/unread";
import type { DeployedPromise } from "../../promise/deployed-promise";
import { liveFilter, type WholeFilter } from "../../rules/live-filter";
import { finding, type FindingFields, type FoundAt, notChecked } from "../finding";
import type { FindingId } from "../kinds";

/** What differs from the promise in versioning and rules of a source. */
export function judgeSettings(
  promise: DeployedPromise,
  live: SourceSettings,
): readonly FindingFields[] {
  const at: FoundAt = { account: promise.source.accountId, resource: promise.source.bucketArn };
  const rules =
    live.replication === undefined || "unreadable" in live.replication
      ? []
      : (live.replication.Rules ?? []);
  const drift = sourceDrift(promise, live).map((one) => ofDrift(one, at, promise, rules));
  return [...drift, ...overlaps(rules, promise, at)];
}

function ofDrift(
  { expected, found, path }: Drift,
  at: FoundAt,
  promise: DeployedPromise,
  live: readonly ReplicationRule[],
): FindingFields {
  if (isUnread(found)) {
    return notChecked(at, path, { action: readBy(path), unreadable: String(found.unreadable) });
  }
  const id = idOf(path, expected, found);
  const [name, member] = partsOf(path);
  const rule = live.find(({ ID }) => ID === name);
  const what =
    member === undefined
      ? `${path}: expected ${shown(expected)}, found ${shown(found)}`
      : `rule ${name}: ${member} is ${shown(found)}, deployed was ${shown(expected)}`;
  return finding(id, at, what, fixOf(id, { name, member, expected, rule, promise }));
}

function readBy(path: string): string {
  if (path === "versioning") return "s3:GetBucketVersioning";
  return path === "inventory" ? READS_INVENTORY : "s3:GetReplicationConfiguration";
}

function idOf(path: string, expected: unknown, found: unknown): FindingId {
  if (/^inventory\b/.test(path)) return "source-inventory";
  if (path === "versioning") return "source-versioning";
  if (path === "replication") return "rules-missing";
  if (path === "role") return "rules-role";
  const [, member] = partsOf(path);
  if (member === undefined) return expected === null ? "rule-of-others" : "rule-missing";
  if (member === "status" && found === "Disabled") return "rule-disabled";
  return member === "replicaKmsKeyId" ? "rule-replica-key" : "rule-drift";
}

/** `rules["all"].status` is of rule `all`, its member `status`. */
function partsOf(path: string): readonly [name: string, member: string | undefined] {
  const match = /^rules\["(.*)"\](?:\.(\w+))?$/s.exec(path);
  return [match?.[1] ?? "", match?.[2]];
}

interface RuleFix {
  readonly name: string;
  readonly member: string | undefined;
  readonly expected: unknown;
  readonly rule: ReplicationRule | undefined;
  readonly promise: DeployedPromise;
}

function fixOf(id: FindingId, { expected, member, name, promise }: RuleFix): string {
  const { bucketName } = promise.source;
  switch (id) {
    case "source-versioning":
      return `aws s3api put-bucket-versioning --bucket ${bucketName} --versioning-configuration Status=Enabled`;
    case "source-inventory":
      return `put back the inventory configuration ${promise.source.inventory?.id ?? ""} of ${bucketName}: ${JSON.stringify(expected)}`;
    case "rule-of-others":
      return `take the rule ${name} out of the replication configuration of ${bucketName}, or lower its priority below ours`;
    case "rules-role":
      return `in the replication configuration of ${bucketName}: {"Role": ${JSON.stringify(expected)}}`;
    case "rules-missing":
    case "rule-missing":
      return `put the promised rule back into the replication configuration of ${bucketName}: ${JSON.stringify(expected)}`;
    default:
      return `in rule ${name} of the replication configuration of ${bucketName}: {${JSON.stringify(member)}: ${JSON.stringify(expected)}}`;
  }
}

/** Enabled rules with one destination whose filters can match one key; of others they are told as such already. */
function overlaps(
  rules: readonly ReplicationRule[],
  promise: DeployedPromise,
  at: FoundAt,
): readonly FindingFields[] {
  const names = new Set(promise.rules.map(({ name }) => name));
  const ours = rules.filter(({ ID, Status }) => Status === "Enabled" && names.has(ID ?? ""));
  return ours.flatMap((one, index) =>
    ours.slice(index + 1).flatMap((other) => {
      if (one.Destination?.Bucket !== other.Destination?.Bucket) return [];
      if (!canMeet(liveFilter(one), liveFilter(other))) return [];
      const [winner, loser] =
        (one.Priority ?? 0) > (other.Priority ?? 0) ? [one, other] : [other, one];
      const what = `rules ${winner.ID ?? ""} (priority ${winner.Priority ?? 0}) and ${loser.ID ?? ""} (${loser.Priority ?? 0}) send the same keys to ${one.Destination?.Bucket ?? ""}: ${winner.ID ?? ""} wins`;
      const fix = "nothing, where that is meant; else give the rules prefixes that do not meet";
      return [finding("rule-overlap", at, what, fix)];
    }),
  );
}

/** Whether a key and its tags can match both. */
function canMeet(one: WholeFilter, other: WholeFilter): boolean {
  const prefixes = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  const isTornApart = Object.entries(one.tags).some(
    ([key, value]) => other.tags[key] !== undefined && other.tags[key] !== value,
  );
  return prefixes && !isTornApart;
}

/** What is known of a promised rule's keys. */
export interface RuleKeys {
  readonly rule: Pick<RuleOutputs, "name" | "prefix" | "status">;
  /** Whether any key of the source begins with its prefix. */
  readonly hasKeys: Fact<boolean>;
}

/** Promised rules that replicate nothing. */
export function judgeRuleKeys(keys: readonly RuleKeys[], at: FoundAt): readonly FindingFields[] {
  return keys.flatMap(({ hasKeys, rule: { name, prefix = "", status } }) => {
    if (status === "Disabled") {
      const what = `rule ${name} is deployed with status Disabled`;
      return [
        finding("rule-off", at, what, "in lockstep:rules: `status: Enabled`, then `lockstep up`"),
      ];
    }
    if ("unreadable" in hasKeys) return [notChecked(at, `keys of rule ${name}`, hasKeys)];
    if (hasKeys.value) return [];
    const what = `no key begins with ${JSON.stringify(prefix)}, the prefix of rule ${name}`;
    if (prefix.startsWith("/")) {
      const fix = `in lockstep:rules: \`filter: { prefix: ${JSON.stringify(prefix.replace(/^\/+/, ""))} }\`, then \`lockstep up\``;
      return [finding("rule-prefix-slash", at, what, fix)];
    }
    const fix = "correct `filter.prefix` in lockstep:rules, or wait for the first object";
    return [finding("rule-matches-nothing", at, what, fix)];
  });
}

/** A source that encrypts with SSE-KMS, and rules that leave such versions out. */
export function judgeKmsTaken(
  isUnderKms: boolean,
  rules: readonly RuleOutputs[],
  vaults: ReadonlyMap<string, VaultOutputs>,
  at: FoundAt,
): readonly FindingFields[] {
  if (!isUnderKms) return [];
  return rules.flatMap((rule) => {
    if (rule.sseKmsEncryptedObjects === true || rule.status === "Disabled") return [];
    const what = `the bucket's default encryption is SSE-KMS, and rule ${rule.name} has sseKmsEncryptedObjects: false`;
    const key = vaults.get(rule.vault)?.kmsKeyArn ?? rule.replicaKmsKeyId;
    const fix =
      key === undefined
        ? `give vault ${rule.vault} a key (\`encryption: { kms: create }\`): the rule then takes such versions; then \`lockstep up\``
        : "in lockstep:rules: `sseKmsEncryptedObjects: true`, then `lockstep up`";
    return [finding("source-kms-not-taken", at, what, fix)];
  });
}

/** Long values in part: the JSON of a whole rule helps nobody on a terminal. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
