/**
 * Which version is tried before a job is let run, and whether one is tried at all. Pure.
 *
 * What the ledger says lies on the source's side, which may be hostile. A lie there may keep a version from being tried, or have one
 * tried that another record named; it makes no verdict clean, which is formed from what the vaults hold. So it is believed that a job of
 * the same promise has arrived, unless the vaults are seen to lack it.
 */
import { ARCHIVED_CLASSES } from "../../judge/archived";
import { compareLock, wantedUntilEpochMs } from "../../judge/lock";
import { isMissing } from "../../judge/outcome";
import type { JudgedVersion, Look } from "../../look/look";
import { versionName } from "../../proof/source-versions";
import { namesOf } from "../../proof/version-names";
import { firstThat } from "../../spill/sequence";
import type { IntendedTrial } from "../intent";
import type { ManifestEntry } from "../job-manifest";
import type { LedgerEntry } from "../ledger";

type Row = Pick<ManifestEntry, "key" | "versionId">;

/** Of the oldest that qualify, as many are held against each other by size. */
const CANDIDATES_LIMIT = 16;

/**
 * The version to try: missing at the most vaults, not yet refused by replication, old, and small. Undefined where none can show
 * anything: one that is wrong somewhere already, or would arrive locked weaker than promised, fails for reasons of its own.
 */
export function chooseTrial(look: Look, rows: Iterable<Row>): JudgedVersion | undefined {
  const listed = namesOf(rows);
  let candidates: JudgedVersion[] = [];
  for (const judged of look.versions) {
    const name = versionName(judged.version);
    if (!canShow(judged, look) || !listed.has(name) || look.setApart?.has(name) === true) continue;
    const [first] = candidates;
    const order = first === undefined ? -1 : byUse(judged, first);
    if (order < 0) candidates = [judged];
    else if (order === 0) addByAge(judged, candidates);
  }
  const [smallest] = candidates.sort(
    (one, other) => one.version.sizeBytes - other.version.sizeBytes || byAge(one, other),
  );
  return smallest;
}

/** Those that are missing at the most vaults first, and of these such as replication has not refused yet. */
function byUse(one: JudgedVersion, other: JudgedVersion): number {
  const refused = ({ sourceStatus }: JudgedVersion): number => (sourceStatus === "FAILED" ? 1 : 0);
  return missingVaults(other).length - missingVaults(one).length || refused(one) - refused(other);
}

/** Keeps the oldest of them, in their order. */
function addByAge(judged: JudgedVersion, candidates: JudgedVersion[]): void {
  const last = candidates.at(-1);
  const isFull = candidates.length === CANDIDATES_LIMIT;
  if (isFull && last !== undefined && byAge(last, judged) <= 0) return;
  candidates.push(judged);
  candidates.sort(byAge);
  candidates.length = Math.min(candidates.length, CANDIDATES_LIMIT);
}

/** Names of the vaults that a version is missing at. */
export function missingVaults({ outcomes }: JudgedVersion): readonly string[] {
  return outcomes.filter(isMissing).flatMap(({ vault }) => vault ?? []);
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
  rows: Iterable<Row>,
): KnownTrial | undefined {
  const { trial } = entry?.record.intent ?? {};
  if (entry === undefined || trial === undefined) return undefined;
  const judged = judgedOf(trial, look);
  const isListed = firstThat(rows, (row) => versionName(row) === versionName(trial)) !== undefined;
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
  return firstThat(look.versions, ({ version }) => versionName(version) === versionName(trial));
}

function canShow(judged: JudgedVersion, { promise }: Look): boolean {
  const { delivery, outcomes, version } = judged;
  const missing = missingVaults(judged);
  if (missing.length === 0 || ARCHIVED_CLASSES.has(version.storageClass)) return false;
  const isWrong = outcomes.some(
    (one) => one.kind === "unverifiable" || (one.kind === "failed" && !isMissing(one)),
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

/** The oldest first; of several those whose names come first. */
function byAge({ version: one }: JudgedVersion, { version: other }: JudgedVersion): number {
  const [left, right] = [versionName(one), versionName(other)];
  const byName = left < right ? -1 : left > right ? 1 : 0;
  return one.lastModifiedEpochMs - other.lastModifiedEpochMs || byName;
}
