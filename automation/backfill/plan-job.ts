/** The plan of one job, worked out from what AWS says now: by whoever drives it, and by whoever approves it from elsewhere. Pure. */
import type { Look } from "../look/look";
import { missingVersions } from "../judge/verdict";
import { versionName } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import { mapped, type Sequence } from "../spill/sequence";
import { coverage, type Coverage } from "./choice";
import { plannedBytes } from "./job-findings";
import type { ManifestEntry } from "./job-manifest";
import type { JobSnapshot } from "./job-state";
import type { LedgerEntry } from "./ledger";
import type { BackfillOptions } from "./options";
import { makePlan, type Plan } from "./plan";
import { backfillPrice } from "./price";
import { archivedOf, replicasOf, weakerAtVaults, weakerToArrive } from "./price-facts";

/** A job that waits for its confirmation. */
export interface JobToPlan {
  readonly entry: Pick<LedgerEntry, "record">;
  readonly job: JobSnapshot;
  /** Of its manifest. */
  readonly rows: Sequence<ManifestEntry>;
  /** What source and vaults hold now. */
  readonly look: Look;
}

/** Works out what is approved. */
export function planOfJob(
  { entry, job, look, rows }: JobToPlan,
  { config, outputs }: Pick<BackfillOptions, "config" | "outputs">,
): Plan {
  const { extraCount } = coverageOf(rows, look);
  const names = namesOf(rows);
  const manifestBy = entry.record.intent.manifest === undefined ? "generator" : "own";
  const price = backfillPrice(
    {
      region: outputs.source.region,
      manifestBy,
      tasksCount: job.totalCount,
      listedCount: look.versions.length,
      replicas: replicasOf(look, names),
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
    vaults: outputs.vaults.map(({ name }) => name),
    budgetUsd: config.backfill.budgetUsd,
  });
}

/** A manifest against what is missing. */
export function coverageOf(rows: Iterable<ManifestEntry> | undefined, look: Look): Coverage {
  return coverage(rows ?? [], mapNames(missingVersions(look)));
}

/** By `versionName`. */
export function namesOf(versions: Iterable<Named>): NameMap {
  const names = new NameMap();
  for (const version of versions) names.set(versionName(version), 0);
  return names;
}

type Named = Parameters<typeof versionName>[0];

function* mapNames(versions: Iterable<Named>): Generator<string> {
  for (const version of versions) yield versionName(version);
}
