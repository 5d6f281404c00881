/** Settings of a source bucket, and of the operations bucket beside it, that replication or a job trips over. Pure. */

import type { IntelligentTieringConfiguration, LifecycleRule } from "@aws-sdk/client-s3";
import type { VaultLockOutputs } from "../../../components/promise/outputs";
import { ARCHIVED_CLASSES } from "../../judge/archived";
import type { BucketFacts, Fact, LockFacts } from "../../guard/facts";
import { finding, type FindingFields, type FoundAt, notChecked } from "../finding";

/** A vault that rules of the source fill. */
export interface FilledVault {
  readonly name: string;
  readonly lock: Pick<VaultLockOutputs, "mode" | "retentionDays" | "minimumRetentionDays">;
}

/** A default retention of the source that its replicas bring along in place of a stricter one of a vault. */
export function judgeSourceLock(
  lock: Fact<LockFacts>,
  vaults: readonly FilledVault[],
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in lock) return [notChecked(at, "Object Lock of the source", lock)];
  const { days, mode } = lock.value;
  if (mode === undefined || days === undefined) return [];
  return vaults.flatMap((vault) => {
    const isLooser = vault.lock.mode === "COMPLIANCE" && mode !== "COMPLIANCE";
    if (days >= vault.lock.retentionDays && !isLooser) return [];
    const what = `the source's default retention is ${mode} for ${days} days, vault ${vault.name} promises ${vault.lock.mode} for ${vault.lock.retentionDays}`;
    const fix = `in lockstep:source: \`objectLock: { mode: ${isLooser ? "COMPLIANCE" : mode}, retention: ${Math.max(days, vault.lock.retentionDays)} days }\`, then \`lockstep up\`; or take the default retention off the source`;
    return [finding("source-lock-weaker", at, what, fix)];
  });
}

/** Lifecycle rules of the source that expire or archive what a job is about to copy. */
export function judgeLifecycle(
  lifecycle: BucketFacts["lifecycle"],
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in lifecycle) return [notChecked(at, "the source's lifecycle", lifecycle)];
  return lifecycle.value.flatMap((rule) => {
    const does = racesBy(rule);
    if (rule.Status !== "Enabled" || does.length === 0) return [];
    const what = `lifecycle rule ${rule.ID ?? "without an ID"} ${does.join(" and ")}`;
    const fix = `while a backfill runs: {"ID": ${JSON.stringify(rule.ID ?? "")}, "Status": "Disabled"}`;
    return [finding("lifecycle-race", at, what, fix)];
  });
}

function racesBy(rule: LifecycleRule): readonly string[] {
  const moves = [...(rule.Transitions ?? []), ...(rule.NoncurrentVersionTransitions ?? [])];
  return [
    ...(rule.Expiration?.Days !== undefined || rule.Expiration?.Date !== undefined
      ? ["hides current versions behind delete markers"]
      : []),
    ...(rule.NoncurrentVersionExpiration !== undefined ? ["deletes noncurrent versions"] : []),
    ...(moves.some(({ StorageClass = "" }) => ARCHIVED_CLASSES.has(StorageClass))
      ? ["archives versions"]
      : []),
  ];
}

/** What of the source is in an archive class. */
export interface ArchivedVersions {
  readonly archivedCount: number;
  readonly seenCount: number;
  /** Whether there are more versions than were looked at. */
  readonly hasMore: boolean;
  /** One of them. */
  readonly exampleKey?: string;
}

export function judgeArchived(
  archived: Fact<ArchivedVersions>,
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in archived) return [notChecked(at, "the source's versions", archived)];
  const { archivedCount, exampleKey = "", hasMore, seenCount } = archived.value;
  if (archivedCount === 0) return [];
  const of = hasMore ? `the first ${seenCount}` : `${seenCount}`;
  const what = `${archivedCount} of ${of} versions are in an archive class, such as ${exampleKey}`;
  const fix = `aws s3api restore-object --bucket ${bucketOf(at)} --key ${JSON.stringify(exampleKey)} --restore-request Days=7, then \`lockstep backfill\`; or \`lockstep:verdict: { accept: [archived] }\``;
  return [finding("source-archived", at, what, fix)];
}

/**
 * Tiers of Intelligent-Tiering that cannot be read at once. Its objects keep their class, so that no listing tells them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
 */
export function judgeArchiveTiers(
  configurations: Fact<readonly IntelligentTieringConfiguration[]>,
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in configurations) {
    return [notChecked(at, "Intelligent-Tiering of the source", configurations)];
  }
  return configurations.value.flatMap(({ Id = "", Status, Tierings = [] }) => {
    if (Status !== "Enabled" || Tierings.length === 0) return [];
    const tiers = Tierings.map(
      ({ AccessTier = "?", Days = 0 }) => `${AccessTier} after ${Days} days`,
    );
    const what = `the Intelligent-Tiering configuration ${Id} moves objects that nobody reads to ${tiers.join(" and to ")}`;
    const fix = `aws s3api delete-bucket-intelligent-tiering-configuration --bucket ${bucketOf(at)} --id ${Id}; what is archived already: aws s3api restore-object, then \`lockstep backfill\``;
    return [finding("source-archive-tiers", at, what, fix)];
  });
}

/** The bucket that takes manifest and report of each job. */
export function judgeOperations(facts: BucketFacts, at: FoundAt): readonly FindingFields[] {
  if (facts.bucket === "foreign") {
    const what = "the operations bucket's name is another account's now";
    return [finding("bucket-of-another-account", at, what, "take another source bucket")];
  }
  if (facts.bucket === "gone") {
    return [
      finding("operations-bucket", at, "the operations bucket is gone", "there is no way by hand"),
    ];
  }
  const { objectLock } = facts;
  if ("unreadable" in objectLock) return [notChecked(at, "Object Lock", objectLock)];
  const { days, mode } = objectLock.value;
  if (mode === undefined) return [];
  const what = `its default retention is ${mode} for ${days ?? "?"} days`;
  const fix = `aws s3api put-object-lock-configuration --bucket ${bucketOf(at)} --object-lock-configuration ObjectLockEnabled=Enabled`;
  return [finding("report-bucket-retention", at, what, fix)];
}

function bucketOf({ resource }: FoundAt): string {
  return resource.split(":::")[1] ?? resource;
}
