import { canonicalJson } from "../../components/promise/canonical-json";
import type { VerdictFields } from "../events";
import { inOrder } from "../levels/proofs";
import type { VaultCounts } from "./outcome";

/** What a look at one source came to: a verdict, or the error that kept it from one. */
export interface SourceResult {
  readonly source: string;
  readonly verdict?: VerdictFields;
  /** Why there is no verdict, in words. */
  readonly error?: string;
}

/** At most this many failures are named one by one, as in the verdict of one source. */
const NAMED_FAILURES_LIMIT = 100;

/**
 * One verdict over several sources: clean when each of them is, with the counts of all. A source without a verdict is never
 * clean, and is named among the disagreements. Pure.
 */
export function closingVerdict(results: readonly SourceResult[]): VerdictFields {
  const verdicts = results.flatMap(({ verdict }) => verdict ?? []);
  const sumOf = (read: (verdict: VerdictFields) => number | undefined): number =>
    verdicts.reduce((sum, verdict) => sum + (read(verdict) ?? 0), 0);
  const counted = (name: keyof VerdictFields["counts"]): number | null => {
    const numbers = verdicts.flatMap(({ counts }) => counts[name] ?? []);
    return numbers.length === 0 ? null : numbers.reduce((sum, number) => sum + number, 0);
  };
  return {
    sources: results.map(({ source }) => source),
    clean: verdicts.length === results.length && verdicts.every(({ clean }) => clean),
    proven: sumOf(({ proven }) => proven),
    ineligible: sumOf(({ ineligible }) => ineligible),
    failed: sumOf(({ failed }) => failed),
    ...optionalCounts(verdicts, sumOf),
    ...emptySourcesOf(results),
    counts: {
      manifest: counted("manifest"),
      job: counted("job"),
      report: counted("report"),
      vault: counted("vault"),
    },
    ...(verdicts.some(({ countsDiffer }) => countsDiffer === true) && { countsDiffer: true }),
    ...goneSinceOf(verdicts),
    ineligibleReasons: sumByName(verdicts.map(({ ineligibleReasons }) => ineligibleReasons)),
    failures: results
      .flatMap(({ source, verdict }) =>
        (verdict?.failures ?? []).map((failure) => ({ ...failure, source })),
      )
      .slice(0, NAMED_FAILURES_LIMIT),
    ...closingNotProven(verdicts),
    ...closingLevel(verdicts),
    disagreements: results.flatMap(({ error, source, verdict }) =>
      verdict === undefined
        ? [`${source}: no verdict: ${error ?? "it was not looked at"}`]
        : verdict.disagreements.map((text) => `${source}: ${text}`),
    ),
  };
}

function emptySourcesOf(results: readonly SourceResult[]): Partial<VerdictFields> {
  const names = results.flatMap(({ source, verdict }) => (verdict?.empty === true ? [source] : []));
  return names.length === 0 ? {} : { emptySources: names };
}

function goneSinceOf(verdicts: readonly VerdictFields[]): Pick<VerdictFields, "goneSince"> {
  const all = verdicts.flatMap(({ goneSince }) => goneSince ?? []);
  if (all.length === 0) return {};
  const sum = (read: (one: (typeof all)[number]) => number): number =>
    all.reduce((total, one) => total + read(one), 0);
  return {
    goneSince: {
      count: sum(({ count }) => count),
      succeededCount: all.some(({ succeededCount }) => succeededCount === null)
        ? null
        : sum(({ succeededCount }) => succeededCount ?? 0),
      atVaultCount: sum(({ atVaultCount }) => atVaultCount),
    },
  };
}

function closingNotProven(verdicts: readonly VerdictFields[]): Partial<VerdictFields> {
  const notProven = new Set(verdicts.flatMap((verdict) => verdict.notProven ?? []));
  return notProven.size === 0 ? {} : { notProven: [...notProven] };
}

/** Proven over all is what each proves; each level is told where it is the same of all. */
function closingLevel(verdicts: readonly VerdictFields[]): Partial<VerdictFields> {
  const [first] = verdicts;
  if (first === undefined || verdicts.some(({ proves }) => proves === undefined)) return {};
  const doesNotProve = inOrder(verdicts.flatMap((verdict) => verdict.doesNotProve ?? []));
  const isSame = verdicts.every(({ level }) => level === first.level);
  return {
    ...(isSame && first.level !== undefined && { level: first.level }),
    proves: (first.proves ?? []).filter((code) => !doesNotProve.includes(code)),
    doesNotProve,
  };
}

/** What only some looks count stays absent where none does. */
function optionalCounts(
  verdicts: readonly VerdictFields[],
  sumOf: (read: (verdict: VerdictFields) => number | undefined) => number,
): Partial<VerdictFields> {
  const names = ["notApplicable", "unprotected", "lapsed", "unverifiable"] as const;
  const counts = names
    .filter((name) => verdicts.some((verdict) => verdict[name] !== undefined))
    .map((name) => [name, sumOf((verdict) => verdict[name])]);
  const vaults = verdicts.flatMap((verdict) => verdict.vaults ?? []);
  return {
    ...(Object.fromEntries(counts) as Partial<VerdictFields>),
    ...(vaults.length > 0 && { vaults: sumByVault(vaults) }),
    ...(verdicts.some(({ drift }) => drift !== undefined) && {
      drift: distinct(verdicts.flatMap(({ drift }) => drift ?? [])),
    }),
    ...(verdicts.some(({ onTop }) => onTop !== undefined) && {
      onTop: distinct(verdicts.flatMap(({ onTop }) => onTop ?? [])).slice(0, NAMED_FAILURES_LIMIT),
    }),
    ...(verdicts.some(({ sourceFailedCount }) => sourceFailedCount !== undefined) && {
      sourceFailedCount: sumOf(({ sourceFailedCount }) => sourceFailedCount),
    }),
    ...(verdicts.length > 0 && verdicts.every(({ empty }) => empty === true) && { empty: true }),
    // Sources that share a vault tell its losses each.
    ...(verdicts.some(({ guard }) => guard !== undefined) && {
      guard: distinct(verdicts.flatMap(({ guard }) => guard ?? [])),
    }),
  };
}

function sumByVault(all: readonly VaultCounts[]): readonly VaultCounts[] {
  const sums = new Map<string, VaultCounts>();
  for (const one of all) {
    const sum = sums.get(one.vault);
    sums.set(one.vault, sum === undefined ? one : addVaults(sum, one));
  }
  return [...sums.values()];
}

function addVaults(one: VaultCounts, other: VaultCounts): VaultCounts {
  const unknownCount = (one.onTop.unknownVersions ?? 0) + (other.onTop.unknownVersions ?? 0);
  return {
    vault: one.vault,
    proven: one.proven + other.proven,
    provenBySize: one.provenBySize + other.provenBySize,
    notApplicable: one.notApplicable + other.notApplicable,
    unprotected: one.unprotected + other.unprotected,
    lapsed: one.lapsed + other.lapsed,
    failed: one.failed + other.failed,
    unverifiable: one.unverifiable + other.unverifiable,
    codes: sumByName([one.codes, other.codes]),
    onTop: {
      foreignVersions: one.onTop.foreignVersions + other.onTop.foreignVersions,
      deleteMarkers: one.onTop.deleteMarkers + other.onTop.deleteMarkers,
      ...(unknownCount > 0 && { unknownVersions: unknownCount }),
    },
  };
}

function sumByName(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, number] of all.flatMap((one) => Object.entries(one))) {
    sums[name] = (sums[name] ?? 0) + number;
  }
  return sums;
}

function distinct<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [canonicalJson(item), item])).values()];
}
