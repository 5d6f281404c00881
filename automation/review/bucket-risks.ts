import type { PropertyChange } from "../stack/property-changes";
import { leafChanges } from "./leaf-changes";
import type { PlannedChange } from "../stack/planned-changes";
import type { FoundRisk } from "./risk";

/** What a changed setting of a bucket costs, whichever resource declares it: the bucket itself or one of its own. Pure. */
export function bucketRisks({ changes = [] }: PlannedChange): readonly FoundRisk[] {
  const leaves = leafChanges(changes);
  return [
    ...retentionRisks(leaves),
    ...leaves.flatMap(versioningRisk),
    ...leaves.flatMap(publicAccessRisk),
    ...encryptionRisks(leaves),
    ...lifecycleRisks(changes),
  ];
}

const RETENTION = /(^|\.)defaultRetention\.(days|years|mode)$/;
const DAYS_A_YEAR = 365;

function retentionRisks(leaves: readonly PropertyChange[]): readonly FoundRisk[] {
  const ofRetention = new Map(
    leaves.flatMap((leaf) => {
      const member = RETENTION.exec(leaf.path)?.[2];
      return member === undefined ? [] : [[member, leaf] as const];
    }),
  );
  const days = (side: "old" | "new"): number | undefined => {
    const [inDays, inYears] = [ofRetention.get("days")?.[side], ofRetention.get("years")?.[side]];
    if (typeof inDays === "number") return inDays;
    return typeof inYears === "number" ? inYears * DAYS_A_YEAR : undefined;
  };
  const [old, fresh] = [days("old"), days("new")];
  const path = (ofRetention.get("days") ?? ofRetention.get("years"))?.path;
  const mode = ofRetention.get("mode");
  const risks: FoundRisk[] = [];
  if (path !== undefined && old !== undefined && fresh === undefined) {
    risks.push({
      id: "RetentionRemoved",
      words: `its default retention of ${daysText(old)} goes`,
      path,
      old,
    });
  } else if (path !== undefined && old !== undefined && fresh !== undefined && fresh < old) {
    risks.push({
      id: "RetentionShrinks",
      words: `its default retention shrinks from ${daysText(old)} to ${daysText(fresh)}`,
      path,
      old,
      new: fresh,
    });
  }
  if (mode?.old === "COMPLIANCE" && mode.new === "GOVERNANCE") {
    risks.push({
      id: "LockModeWeakens",
      words: "its default lock mode goes from COMPLIANCE to GOVERNANCE",
      path: mode.path,
      old: mode.old,
      new: mode.new,
    });
  }
  return risks;
}

function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

function versioningRisk(leaf: PropertyChange): readonly FoundRisk[] {
  const isSuspended = leaf.old === "Enabled" && leaf.new !== "Enabled";
  if (!isSuspended || !/(^|\.)versioningConfiguration\.status$/.test(leaf.path)) return [];
  return [{ id: "VersioningSuspended", words: "its versioning is suspended", ...leaf }];
}

function publicAccessRisk(leaf: PropertyChange): readonly FoundRisk[] {
  const member =
    /(^|\.)(blockPublicAcls|blockPublicPolicy|ignorePublicAcls|restrictPublicBuckets)$/.exec(
      leaf.path,
    )?.[2];
  if (member === undefined || leaf.old !== true || leaf.new === true) return [];
  return [{ id: "PublicAccessOpens", words: `${member} is no longer set`, ...leaf }];
}

/** One risk for each default encryption, and not one for each of its members. */
function encryptionRisks(leaves: readonly PropertyChange[]): readonly FoundRisk[] {
  const of = (name: RegExp) => leaves.find(({ path }) => name.test(path));
  const key = of(/^(?!rules\[[^\]]*\]\.destination).*(^|\.)kmsMasterKey(Id|ID|Arn)$/);
  const algorithm = of(/(^|\.)sseAlgorithm$/);
  const change = key ?? algorithm;
  // A bucket that had no encryption of its own gets one.
  if (change === undefined || (change.old === undefined && algorithm?.old === undefined)) return [];
  const [old, fresh] = [change.old ?? algorithm?.old, change.new ?? algorithm?.new];
  return [
    {
      id: "KeyChanges",
      words: `its default encryption goes from ${String(old)} to ${String(fresh ?? "S3's default")}`,
      path: change.path,
      old,
      ...(fresh !== undefined && { new: fresh }),
    },
  ];
}

/** Rules of lifecycle by themselves: what deletes less is no less a change of what was promised. */
function lifecycleRisks(changes: readonly PropertyChange[]): readonly FoundRisk[] {
  return changes
    .filter(({ path }) => /^lifecycleConfiguration\b/.test(path))
    .map((change) => ({
      id: "LifecycleChanges" as const,
      words: `its lifecycle changes at ${change.path}`,
      ...change,
    }));
}
