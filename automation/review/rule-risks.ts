import type { PropertyChange } from "../stack/property-changes";
import { leafChanges } from "./leaf-changes";
import type { PlannedChange } from "../stack/planned-changes";
import type { FoundRisk } from "./risk";

/** What a change of a bucket's replication rules costs. Pure. */
export function ruleRisks({ changes = [] }: PlannedChange): readonly FoundRisk[] {
  return changes.flatMap((change) => {
    const [, rule, member] = /^rules\[(.*?)\](?:\.(.*))?$/.exec(change.path) ?? [];
    if (rule === undefined) return [];
    if (member === undefined) return change.new === undefined ? [removed(rule, change)] : [];
    return memberRisks(rule, change);
  });
}

function removed(rule: string, change: PropertyChange): FoundRisk {
  return { id: "RuleRemoved", words: `its replication rule ${rule} goes`, ...change };
}

function memberRisks(rule: string, change: PropertyChange): readonly FoundRisk[] {
  const leaves = leafChanges([change]);
  const at = (member: RegExp) =>
    leaves.find(({ path }) => member.test(path.replace(/^rules\[.*?\]\./, "")));
  const risks: FoundRisk[] = [];
  const status = at(/^status$/);
  if (status?.new === "Disabled") {
    risks.push({
      id: "RuleDisabled",
      words: `its replication rule ${rule} goes Disabled`,
      ...status,
    });
  }
  if (at(/^(filter|prefix)\b/) !== undefined) {
    risks.push({
      id: "RuleFilterChanges",
      words: `its replication rule ${rule} matches other objects`,
      ...change,
    });
  }
  const bucket = at(/^destination\.bucket$/);
  if (bucket !== undefined) {
    risks.push({
      id: "RuleDestinationChanges",
      words: `its replication rule ${rule} sends elsewhere`,
      ...bucket,
    });
  }
  const key = at(/^destination\.encryptionConfiguration\.replicaKmsKeyId$/);
  if (key?.old !== undefined) {
    risks.push({
      id: "KeyChanges",
      words: `replicas of its rule ${rule} get another encryption`,
      ...key,
    });
  }
  return risks;
}
