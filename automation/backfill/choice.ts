/**
 * How a job is made for what is missing: by S3's own list, where that is exactly what is missing, else by a manifest of ours.
 * Everything follows from the promise; the source's statuses and live rules only decide what S3's list would hold. Pure.
 */
import { ARCHIVED_CLASSES } from "../judge/archived";
import type { Drift, Outcome } from "../judge/outcome";
import type { RuleOutputs } from "../../components/promise/outputs";
import { versionName } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import { GENERATOR_STATUSES, type GeneratorStatus } from "./intent";

/** One version of the source as the choice looks at it. */
export interface ListedStatus {
  readonly key: string;
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  readonly storageClass: string;
  readonly sizeBytes: number;
  /** Undefined: replication never tried it. */
  readonly sourceStatus?: string;
}

/** What an enabled live rule lets the generator list. Its tags may narrow it further; that is seen in the list itself. */
export interface ListingRule {
  readonly isEnabled: boolean;
  readonly prefix: string;
}

export type ManifestChoice =
  | { readonly by: "generator"; readonly statuses: readonly GeneratorStatus[] }
  | { readonly by: "own" };

/**
 * Chooses. S3's generator is taken when, with as few statuses as are needed, it can list nothing but what is missing: then
 * nothing has to be written, and no task is paid for that has nothing to do.
 */
export function chooseManifest(
  versions: Iterable<ListedStatus>,
  missing: Pick<ReadonlySet<string>, "has">,
  rules: readonly ListingRule[],
): ManifestChoice {
  const statuses = new Set<GeneratorStatus>();
  for (const version of versions) {
    if (!missing.has(versionName(version))) continue;
    const status = generatorStatus(version);
    // The generator has no word for a version that is on its way and never arrives, nor for the restored copy of an archived one.
    if (status === undefined || ARCHIVED_CLASSES.has(version.storageClass)) return { by: "own" };
    statuses.add(status);
  }
  const prefixes = rules.filter(({ isEnabled }) => isEnabled).map(({ prefix }) => prefix);
  for (const version of versions) {
    const status = generatorStatus(version);
    const isMore =
      !version.isDeleteMarker &&
      !ARCHIVED_CLASSES.has(version.storageClass) &&
      status !== undefined &&
      statuses.has(status) &&
      prefixes.some((prefix) => version.key.startsWith(prefix)) &&
      !missing.has(versionName(version));
    if (isMore) return { by: "own" };
  }
  return { by: "generator", statuses: GENERATOR_STATUSES.filter((one) => statuses.has(one)) };
}

function generatorStatus({ sourceStatus }: ListedStatus): GeneratorStatus | undefined {
  if (sourceStatus === undefined) return "NONE";
  // Of old versions S3 answers COMPLETE as well.
  if (sourceStatus === "COMPLETE") return "COMPLETED";
  return GENERATOR_STATUSES.find((one) => one === sourceStatus);
}

/** A manifest's rows against what is missing. */
export interface Coverage {
  /** Versions that are missing and not in the manifest. */
  readonly absentCount: number;
  /** Versions of the manifest that are not missing: their tasks are paid for and do nothing. */
  readonly extraCount: number;
  /** The first of them. */
  readonly extra: readonly Row[];
}

/** As many rows that are not missing are named; the plan counts them all. */
const NAMED_EXTRA_LIMIT = 5;

interface Row {
  readonly key: string;
  readonly versionId: string;
}

/** @param missing by `versionName` */
export function coverage(rows: Iterable<Row>, missing: Iterable<string>): Coverage {
  const names = new NameMap();
  for (const name of missing) names.set(name, MISSING);
  let absentCount = names.size;
  let extraCount = 0;
  const extra: Row[] = [];
  for (const row of rows) {
    const name = versionName(row);
    const before = names.set(name, SEEN);
    if (before === MISSING) absentCount--;
    if (before !== undefined) continue;
    extraCount++;
    if (extra.length < NAMED_EXTRA_LIMIT) extra.push(row);
  }
  return { absentCount, extraCount, extra };
}

const MISSING = 0;
const SEEN = 1;

/**
 * The drift that would make a job fail or do wrong for what is missing: a job follows the live rules. Empty when each missing
 * version has a promised rule that is live as it was deployed.
 */
export function driftInTheWay(
  missing: Iterable<Pick<Outcome, "key" | "vault">>,
  rules: readonly RuleOutputs[],
  drift: readonly Drift[],
): readonly Drift[] {
  // A role that may do more than was deployed, or that nobody can look at, does what is asked of it.
  const atSource = drift.filter(({ breaks, side }) => side === "source" && breaks !== false);
  // Also a rule that nobody promised: it may take the versions elsewhere, or under another key.
  const general = atSource.filter(
    ({ expected, path }) => !path.startsWith("rules[") || expected === null,
  );
  if (atSource.length === 0) return [];
  const spoilt = (rule: RuleOutputs): readonly Drift[] => {
    const path = `rules["${rule.name}"]`;
    return atSource.filter((one) => one.path === path || one.path.startsWith(`${path}.`));
  };
  const found = new Set<Drift>();
  for (const { key, vault } of missing) {
    if (general.length > 0) return general;
    const candidates = rules.filter(
      (rule) =>
        rule.vault === vault && rule.status === "Enabled" && key.startsWith(rule.prefix ?? ""),
    );
    const drifts = candidates.map(spoilt);
    if (drifts.some((one) => one.length === 0)) continue;
    for (const one of drifts.flat()) found.add(one);
  }
  return [...found];
}
