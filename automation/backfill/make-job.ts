/** From what is missing to an intent that is written down: manifest and ledger. */
import type { S3Client } from "@aws-sdk/client-s3";
import { missingVersions } from "../judge/verdict";
import type { Look } from "../look/look";
import type { LiveRule } from "../rules/live-rules";
import { versionName } from "../proof/source-versions";
import { namesOf } from "../proof/version-names";
import type { NameMap } from "../spill/name-map";
import { mapped, type Sequence } from "../spill/sequence";
import { chooseManifest, type ListedStatus } from "./choice";
import { intentFrame, type JobIntent } from "./intent";
import type { Jobs } from "./jobs";
import type { Ledger, LedgerEntry } from "./ledger";
import { isUnchanged, writeOwnManifest } from "./own-manifest";
import { checkBudget } from "./plan";
import { backfillPrice, jobPrice } from "./price";
import { replicasOf } from "./price-facts";
import { trialPrice, withoutTrial } from "./plan-job";
import type { Trials } from "./trial/trial";
import { requireDeliverable } from "./rules-in-force";
import type { BackfillOptions } from "./options";

export interface MakeJobOptions extends BackfillOptions {
  readonly s3: S3Client;
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  /** As they are live: what S3's list would follow. */
  readonly rules: readonly LiveRule[];
}

/** An intent as this configuration makes it, but for its manifest. */
export function plainIntent(
  { config, outputs }: Pick<BackfillOptions, "config" | "outputs">,
  sequence: number,
): JobIntent {
  const { priority, report } = config.backfill;
  return {
    sequence,
    ...intentFrame(outputs),
    reportScope: report === "all-tasks" ? "AllTasks" : "FailedTasksOnly",
    priority,
    replicationStatuses: [],
  };
}

/**
 * Chooses the manifest for what is missing, and writes the intent down.
 * @param options `hasToBeOwn`: S3's list has turned out not to hold what is missing
 * @throws LockstepError `BudgetExceeded`, `RulesDrifted` before anything is made
 */
export async function intend(
  options: MakeJobOptions & {
    readonly hasToBeOwn: boolean;
    /** Records of jobs that have ended. */
    readonly settled: readonly LedgerEntry[];
    readonly trials: Trials;
  },
  look: Look,
  sequence: number,
): Promise<LedgerEntry> {
  const { config, ledger, outputs, s3, signal } = options;
  requireDeliverable(look);
  const missing = namesOf(missingVersions(look));
  const listed = mapped(look.versions, ({ sourceStatus, version }) => ({
    ...version,
    ...(sourceStatus === undefined ? {} : { sourceStatus }),
  }));
  const choice = options.hasToBeOwn
    ? ({ by: "own" } as const)
    : chooseManifest(listed, missing, options.rules);
  const wanted: Sequence<ListedStatus> = {
    length: missing.size,
    [Symbol.iterator]: () => named(listed, missing),
  };
  const chosen = await options.trials.choose(look, wanted, options.settled);
  const trial = "skip" in chosen ? undefined : chosen;
  const price = backfillPrice(
    {
      region: outputs.source.region,
      manifestBy: choice.by,
      tasksCount: missing.size,
      listedCount: listed.length,
      replicas: replicasOf(look, withoutTrial(missing, trial)),
    },
    config.backfill.prices,
  );
  checkBudget(
    price.total + (trial === undefined ? 0 : trialPrice(look, trial, options).total),
    config.backfill.budgetUsd,
  );
  const intent = plainIntent(options, sequence);
  if (choice.by === "generator") {
    return ledger.intend({ ...intent, replicationStatuses: choice.statuses }, signal);
  }
  const manifest = await writeOwnManifest(
    s3,
    {
      bucket: outputs.operations.bucketName,
      manifestPrefix: outputs.operations.manifestPrefix,
      sourceBucket: outputs.source.bucketName,
    },
    wanted,
    signal,
  );
  if (manifest.versionsCount < missing.size) {
    const message = `The manifest holds ${manifest.versionsCount} of ${missing.size} versions, as many as one file may. Run the command again for the others.`;
    options.emit({ type: "note", message });
  }
  return ledger.intend({ ...intent, manifest }, signal);
}

function* named(listed: Iterable<ListedStatus>, names: NameMap): Generator<ListedStatus> {
  for (const version of listed) if (names.has(versionName(version))) yield version;
}

/**
 * No job is made of an intent that this configuration would not make, or whose manifest is another by now.
 * @throws LockstepError `BudgetExceeded`
 */
export async function isAsIntended(options: MakeJobOptions, intent: JobIntent): Promise<boolean> {
  const { manifest } = intent;
  const wanted = plainIntent(options, intent.sequence);
  const isOurs = (["priority", "reportScope"] as const).every(
    (name) => intent[name] === wanted[name],
  );
  const isWhole =
    manifest === undefined
      ? intent.replicationStatuses.length > 0
      : await isUnchanged(
          options.s3,
          options.outputs.operations.bucketName,
          manifest,
          options.signal,
        );
  if (isOurs && isWhole) {
    // Whoever wrote the intent may have known another budget.
    const least = {
      region: intent.region,
      manifestBy: "own",
      tasksCount: manifest?.versionsCount ?? 0,
      listedCount: 0,
    } as const;
    const { budgetUsd, prices } = options.config.backfill;
    checkBudget(jobPrice(least, prices).total, budgetUsd);
    return true;
  }
  const why = isOurs ? "its manifest was changed" : "it is not what the config wants";
  const message = `Intent ${intent.sequence} of the ledger had no job yet and gets none: ${why}.`;
  options.emit({ type: "warning", code: "IntentDropped", message });
  return false;
}
