/**
 * Which version is tried before a job is let run, and whether one is tried at all. Pure.
 *
 * What the ledger says lies on the source's side, which may be hostile. A lie there may keep a version from being tried, or have one
 * tried that another record named; it makes no verdict clean, which is formed from what the vaults hold. So it is believed that a job of
 * the same promise has arrived, unless the vaults are seen to lack it.
 */
import { ARCHIVED_CLASSES } from "../../judge/archived";
import { compareLock, wantedUntilEpochMs } from "../../judge/lock";
import type { JudgedVersion, Look } from "../../look/look";
import { versionName } from "../../proof/source-versions";
import type { IntendedTrial } from "../intent";
import type { ManifestEntry } from "../job-manifest";
import type { LedgerEntry } from "../ledger";

/** Of the oldest that qualify, as many are held against each other by size. */
const CANDIDATES_LIMIT = 16;

/**
 * The version to try: missing at the most vaults, not yet refused by replication, old, and small. Undefined where none can show
 * anything: one that is wrong somewhere already, or would arrive locked weaker than promised, fails for reasons of its own.
 */
export function chooseTrial(
  look: Look,
  rows: readonly Pick<ManifestEntry, "key" | "versionId">[],
): JudgedVersion | undefined {
  const listed = new Set(rows.map(versionName));
  const { setApart = new Set() } = look;
  const able = look.versions.filter(
    (judged) =>
      listed.has(versionName(judged.version)) &&
      !setApart.has(versionName(judged.version)) &&
      canShow(judged, look),
  );
  const most = able.reduce((max, judged) => Math.max(max, missingVaults(judged).length), 0);
  const widest = able.filter((judged) => missingVaults(judged).length === most);
  const untried = widest.filter(({ sourceStatus }) => sourceStatus !== "FAILED");
  const [smallest] = (untried.length > 0 ? untried : widest)
    .sort((one, other) => ageOf(one) - ageOf(other) || byName(one, other))
    .slice(0, CANDIDATES_LIMIT)
    .sort(
      (one, other) =>
        one.version.sizeBytes - other.version.sizeBytes ||
        ageOf(one) - ageOf(other) ||
        byName(one, other),
    );
  return smallest;
}

/** Names of the vaults that a version is missing at. */
export function missingVaults({ outcomes }: JudgedVersion): readonly string[] {
  return outcomes.flatMap(({ code, kind, vault }) =>
    kind === "failed" && code === "missing" && vault !== undefined ? [vault] : [],
  );
}

/** Whether a version is in every vault where replication brings it, locked as promised. */
export function hasArrived({ outcomes }: Pick<JudgedVersion, "outcomes">): boolean {
  return (
    outcomes.some(({ kind }) => kind === "proven" || kind === "lapsed") &&
    outcomes.every(({ kind }) => kind !== "failed" && kind !== "unverifiable")
  );
}

/** What there is to do about a trial that a record names. */
export interface KnownTrial {
  readonly judged: JudgedVersion;
  /** It arrived; its job is to be carried on; it did not arrive, and another job tries it again. */
  readonly state: "arrived" | "open" | "failed";
  readonly entry: LedgerEntry;
}

/**
 * The trial of a job, by its latest record. What became of it the look says. Undefined: there was none, or its version can show
 * nothing any more, as one that arrived with a wrong lock.
 */
export function knownTrial(
  entry: LedgerEntry | undefined,
  look: Look,
  rows: readonly Pick<ManifestEntry, "key" | "versionId">[],
): KnownTrial | undefined {
  const { trial } = entry?.record.intent ?? {};
  if (entry === undefined || trial === undefined) return undefined;
  const judged = judgedOf(trial, look);
  const isListed = rows.some((row) => versionName(row) === versionName(trial));
  if (judged === undefined || !isListed) return undefined;
  if (entry.record.state !== "settled") return { judged, state: "open", entry };
  if (hasArrived(judged)) return { judged, state: "arrived", entry };
  return missingVaults(judged).length === 0 ? undefined : { judged, state: "failed", entry };
}

/** Whether a trial, or a whole job, of this promise has arrived, by the ledger. */
export function wasShown(
  digest: string,
  settled: readonly Pick<LedgerEntry, "record">[],
  look: Look,
): boolean {
  return settled.some(({ record }) => {
    if (record.outcome !== "clean" || record.promiseDigest !== digest) return false;
    const { trial } = record.intent;
    const judged = trial === undefined ? undefined : judgedOf(trial, look);
    return judged === undefined || hasArrived(judged);
  });
}

function judgedOf(trial: Pick<IntendedTrial, "key" | "versionId">, look: Look) {
  return look.versions.find(({ version }) => versionName(version) === versionName(trial));
}

function canShow(judged: JudgedVersion, { promise }: Look): boolean {
  const { delivery, outcomes, version } = judged;
  const missing = missingVaults(judged);
  if (missing.length === 0 || ARCHIVED_CLASSES.has(version.storageClass)) return false;
  const isWrong = outcomes.some(
    ({ code, kind }) => kind === "unverifiable" || (kind === "failed" && code !== "missing"),
  );
  if (isWrong) return false;
  return missing.every((name) => {
    const lock = promise.vaults.get(name)?.lock;
    if (lock === undefined) return false;
    if (delivery?.lock === undefined) return true;
    const { mode: lockMode, retainUntilEpochMs } = delivery.lock;
    const untilEpochMs = wantedUntilEpochMs(lock, version.lastModifiedEpochMs, undefined);
    const wanted = { mode: lock.mode, untilEpochMs };
    return compareLock({ lockMode, retainUntilEpochMs }, wanted, 0).lock !== "weaker";
  });
}

function ageOf({ version }: JudgedVersion): number {
  return version.lastModifiedEpochMs;
}

function byName(one: JudgedVersion, other: JudgedVersion): number {
  const [left, right] = [versionName(one.version), versionName(other.version)];
  return left < right ? -1 : left > right ? 1 : 0;
}
