/** What of a look makes the price of a backfill, and what its plan shows beside. Pure. */
import type { RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import { compareLock, wantedUntilEpochMs } from "../judge/lock";
import { isMissing } from "../judge/outcome";
import type { JudgedVersion, Look } from "../look/look";
import { versionName } from "../proof/source-versions";
import type { ReplicaFacts } from "./price";

/** Versions, by `versionName`. */
type Names = Pick<ReadonlySet<string>, "has">;

/** One replica that a job would make. */
interface Replica {
  readonly judged: JudgedVersion;
  readonly vault: VaultOutputs;
  readonly rule: RuleOutputs | undefined;
}

/**
 * The replicas that a job makes of the named versions, alike ones together: only where one is missing. That a vault which has a
 * version already is not charged for it again is assumed.
 */
export function replicasOf(look: Look, names: Names): readonly ReplicaFacts[] {
  const groups = new Map<string, ReplicaFacts>();
  for (const replica of replicas(look, names)) {
    const one = factsOf(replica);
    const alike = [
      one.vault,
      one.storageClass,
      one.sourceStorageClass,
      one.isSourceUnderKms,
      one.isUnderKms,
      one.hasTimeControl,
    ];
    const key = JSON.stringify(alike);
    const group = groups.get(key);
    groups.set(key, group === undefined ? one : together(group, one));
  }
  return [...groups.values()];
}

/** Versions that a job would bring with a weaker lock than promised: a replica keeps the retention that its source version has. */
export function weakerToArrive(look: Look, names: Names): number {
  let count = 0;
  let counted: JudgedVersion | undefined;
  for (const { judged, vault } of replicas(look, names)) {
    const { delivery, version } = judged;
    if (delivery?.lock === undefined) continue;
    const { mode: lockMode, retainUntilEpochMs } = delivery.lock;
    const wanted = {
      mode: vault.lock.mode,
      untilEpochMs: wantedUntilEpochMs(vault.lock, version.lastModifiedEpochMs, undefined),
    };
    const { lock } = compareLock({ lockMode, retainUntilEpochMs }, wanted, 0);
    // The replicas of one version come one after the other.
    if (lock !== "weaker" || judged === counted) continue;
    counted = judged;
    count++;
  }
  return count;
}

/** Promised versions that no job brings, since they are archived at the source. */
export function archivedOf(look: Look): {
  readonly versions: number;
  readonly sizeBytes: number;
  /** Among all that is promised, by count: 0 to 1. */
  readonly share: number;
} {
  let promised = 0;
  let versions = 0;
  let sizeBytes = 0;
  for (const { outcomes, version } of look.versions) {
    if (outcomes.every(({ kind }) => kind === "not-applicable")) continue;
    promised++;
    if (!outcomes.some(({ code }) => code === "archived")) continue;
    versions++;
    sizeBytes += version.sizeBytes;
  }
  return { versions, sizeBytes, share: promised === 0 ? 0 : versions / promised };
}

/** Versions that are at a vault with a weaker lock than promised. A job does not mend them. */
export function weakerAtVaults(look: Look): number {
  let count = 0;
  for (const { outcomes } of look.versions) {
    if (outcomes.some(({ code, kind }) => kind === "failed" && code === "lock-weaker")) count++;
  }
  return count;
}

function* replicas(look: Look, names: Names): Generator<Replica> {
  const rules = new Map(look.promise.rules.map((rule) => [rule.name, rule]));
  for (const judged of look.versions) {
    if (!names.has(versionName(judged.version))) continue;
    for (const { vault: name } of judged.outcomes.filter(isMissing)) {
      if (name === undefined) continue;
      const vault = look.promise.vaults.get(name);
      if (vault === undefined) continue;
      yield { judged, vault, rule: rules.get(judged.delivery?.rules.get(name) ?? "") };
    }
  }
}

const KIB = 1024;
/** Storage of a version is charged as of one so large. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
const LEAST_BYTES: ReadonlyMap<string, number> = new Map([
  ["STANDARD_IA", 128 * KIB],
  ["ONEZONE_IA", 128 * KIB],
  ["GLACIER_IR", 128 * KIB],
]);
/** What these keep of each version beside it, in the class itself and in Standard. @see the same page */
const KEPT_BESIDE: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);
const KEPT_BYTES = 32 * KIB;
const KEPT_IN_STANDARD_BYTES = 8 * KIB;

function factsOf({ judged, rule, vault }: Replica): ReplicaFacts {
  const { delivery, version } = judged;
  const storageClass = rule?.storageClass ?? vault.storageClass ?? version.storageClass;
  const isKept = KEPT_BESIDE.has(storageClass);
  return {
    vault: vault.name,
    region: vault.region,
    storageClass,
    sourceStorageClass: version.storageClass,
    versionsCount: 1,
    putsCount: putsOf(version.etag),
    sizeBytes: version.sizeBytes,
    storedBytes: isKept
      ? version.sizeBytes + KEPT_BYTES
      : Math.max(version.sizeBytes, LEAST_BYTES.get(storageClass) ?? 0),
    standardBytes: isKept ? KEPT_IN_STANDARD_BYTES : 0,
    retentionDays: vault.lock.retentionDays,
    isUnderKms: (rule?.replicaKmsKeyId ?? vault.kmsKeyArn) !== undefined,
    isSourceUnderKms: delivery?.isUnderKms === true,
    hasTimeControl: rule?.replicationTimeControl === true,
  };
}

/**
 * An upload in parts is replicated in the same parts: one request for each, one to begin and one to end it. Assumed; AWS's usage
 * reports name `CompleteMultipartUploadReplTime` and its like.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html
 */
function putsOf(etag: string): number {
  const parts = /-(\d{1,5})"?$/.exec(etag)?.[1];
  return parts === undefined ? 1 : Number(parts) + 2;
}

function together(one: ReplicaFacts, other: ReplicaFacts): ReplicaFacts {
  return {
    ...one,
    versionsCount: one.versionsCount + other.versionsCount,
    putsCount: one.putsCount + other.putsCount,
    sizeBytes: one.sizeBytes + other.sizeBytes,
    storedBytes: one.storedBytes + other.storedBytes,
    standardBytes: one.standardBytes + other.standardBytes,
  };
}
