/** The plan of one job, worked out from what AWS says now: by whoever drives it, and by whoever approves it from elsewhere. Pure. */
import type { JudgedVersion, Look } from "../look/look";
import { missingVersions } from "../judge/verdict";
import { versionName } from "../proof/source-versions";
import { coverage, type Coverage } from "./choice";
import { plannedBytes } from "./job-findings";
import type { ManifestEntry } from "./job-manifest";
import type { JobSnapshot } from "./job-state";
import type { LedgerEntry } from "./ledger";
import type { BackfillOptions } from "./options";
import { makePlan, type Plan } from "./plan";
import { backfillPrice, type Price } from "./price";
import type { Trial } from "./trial/records";
import { archivedOf, replicasOf, weakerAtVaults, weakerToArrive } from "./price-facts";

/** A job that waits for its confirmation. */
export interface JobToPlan {
  readonly entry: Pick<LedgerEntry, "record">;
  readonly job: JobSnapshot;
  /** Of its manifest. */
  readonly rows: readonly ManifestEntry[];
  /** What source and vaults hold now. */
  readonly look: Look;
  /** What is tried before it runs. Absent: nothing. */
  readonly trial?: Trial | undefined;
}

/** Works out what is approved. */
export function planOfJob(
  { entry, job, look, rows, trial }: JobToPlan,
  options: Pick<BackfillOptions, "config" | "outputs">,
): Plan {
  const { config, outputs } = options;
  const versions = look.versions.map(({ version }) => version);
  const names = new Set(rows.map(versionName));
  const manifestBy = entry.record.intent.manifest === undefined ? "generator" : "own";
  const price = backfillPrice(
    {
      region: outputs.source.region,
      manifestBy,
      tasksCount: job.totalCount,
      listedCount: versions.length,
      replicas: replicasOf(look, withoutTrial(names, trial?.judged)),
    },
    config.backfill.prices,
  );
  return makePlan({
    jobId: job.jobId,
    manifestEtag: job.manifest?.etag ?? "",
    manifestBy,
    objects: job.totalCount,
    extraObjects: coverageOf(rows, look, trial).extra.length,
    sizeBytes: plannedBytes(rows, versions),
    archived: archivedOf(look),
    weakerLocked: { toArrive: weakerToArrive(look, names), atVaults: weakerAtVaults(look) },
    price,
    trial: trial && {
      version: trial.judged.version,
      vaults: trial.judged.outcomes.flatMap(({ vault }) => vault ?? []),
      price: trial.hasArrived ? undefined : trialPrice(look, trial.judged, options),
    },
    vaults: outputs.vaults.map(({ name }) => name),
    budgetUsd: config.backfill.budgetUsd,
  });
}

/** What a trial costs: its job, and what that brings to the vaults. */
export function trialPrice(
  look: Look,
  { version }: JudgedVersion,
  { config, outputs }: Pick<BackfillOptions, "config" | "outputs">,
): Price {
  const replicas = replicasOf(look, new Set([versionName(version)]));
  const { region } = outputs.source;
  return backfillPrice(
    { region, manifestBy: "own", tasksCount: 1, listedCount: 0, replicas },
    config.backfill.prices,
  );
}

/** The version that a trial brings is not brought by the job, whether it has arrived by now or not: so the plan stays the same. */
export function withoutTrial(
  names: ReadonlySet<string>,
  trial: Pick<JudgedVersion, "version"> | undefined,
): ReadonlySet<string> {
  if (trial === undefined) return names;
  const tried = versionName(trial.version);
  return new Set([...names].filter((name) => name !== tried));
}

/** A manifest against what is missing. What a trial has brought meanwhile is no row too many. */
export function coverageOf(
  rows: readonly ManifestEntry[] | undefined,
  look: Look,
  trial?: Trial,
): Coverage {
  const found = coverage(rows ?? [], new Set(missingVersions(look).map(versionName)));
  if (trial === undefined) return found;
  const tried = versionName(trial.judged.version);
  return { ...found, extra: found.extra.filter((row) => versionName(row) !== tried) };
}
