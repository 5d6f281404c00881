/** The plan of one job, worked out from what AWS says now: by whoever drives it, and by whoever approves it from elsewhere. Pure. */
import type { JudgedVersion, Look } from "../look/look";
import { missingVersions } from "../judge/verdict";
import { versionName } from "../proof/source-versions";
import { namesOf } from "../proof/version-names";
import type { NameMap } from "../spill/name-map";
import { mapped, type Sequence } from "../spill/sequence";
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
  readonly rows: Sequence<ManifestEntry>;
  /** Of them, as `coverageOf` finds it. */
  readonly coverage: Coverage;
  /** What source and vaults hold now. */
  readonly look: Look;
  /** What is tried before it runs. Absent: nothing. */
  readonly trial?: Trial | undefined;
}

/** Works out what is approved. */
export function planOfJob(
  { coverage: { extraCount }, entry, job, look, rows, trial }: JobToPlan,
  options: Pick<BackfillOptions, "config" | "outputs">,
): Plan {
  const { config, outputs } = options;
  const names = namesOf(rows);
  const manifestBy = entry.record.intent.manifest === undefined ? "generator" : "own";
  const price = backfillPrice(
    {
      region: outputs.source.region,
      manifestBy,
      tasksCount: job.totalCount,
      listedCount: look.versions.length,
      replicas: replicasOf(look, withoutTrial(names, trial?.judged)),
    },
    config.backfill.prices,
  );
  return makePlan({
    jobId: job.jobId,
    manifestEtag: job.manifest?.etag ?? "",
    manifestBy,
    objects: job.totalCount,
    extraObjects: extraCount,
    sizeBytes: plannedBytes(
      rows,
      mapped(look.versions, ({ version }) => version),
    ),
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
  const replicas = replicasOf(look, namesOf([version]));
  const { region } = outputs.source;
  return backfillPrice(
    { region, manifestBy: "own", tasksCount: 1, listedCount: 0, replicas },
    config.backfill.prices,
  );
}

/** The version that a trial brings is not brought by the job, whether it has arrived by now or not: so the plan stays the same. */
export function withoutTrial(
  names: Pick<NameMap, "has">,
  trial: Pick<JudgedVersion, "version"> | undefined,
): Pick<NameMap, "has"> {
  if (trial === undefined) return names;
  const tried = versionName(trial.version);
  return { has: (name) => name !== tried && names.has(name) };
}

/** A manifest against what is missing. What a trial has brought meanwhile is no row too many. */
export function coverageOf(
  rows: Iterable<ManifestEntry> | undefined,
  look: Look,
  trial?: Trial,
): Coverage {
  return coverage(rows ?? [], namesMissing(look, trial));
}

function* namesMissing(look: Look, trial: Trial | undefined): Generator<string> {
  for (const version of missingVersions(look)) yield versionName(version);
  if (trial !== undefined) yield versionName(trial.judged.version);
}
