import { createHash } from "node:crypto";
import { canonicalJson } from "../../components/promise/canonical-json";
import { LockstepError } from "../errors";
import type { EventTable } from "../events";

/**
 * List prices in USD (us-east-1, read 2026). The price per generated manifest is not confirmed by AWS's price page.
 * @see https://aws.amazon.com/s3/pricing/
 */
const JOB_PRICES_USD = { job: 0.25, perMillionTasks: 1, perMillionListed: 0.015 } as const;

const MILLION = 1_000_000;

/** What AWS charges beside the job; it depends on Regions, classes and keys. */
const NOT_INCLUDED = [
  "replication PUT requests",
  "transfer between Regions",
  "storage in the vaults",
  "KMS requests",
] as const;

/** What is approved before a job runs. */
export type Plan = Readonly<EventTable["plan"]>;

export interface PlanFacts {
  readonly jobId: string;
  /** Tells one manifest from another. */
  readonly manifestEtag: string;
  /** Who made it: S3 by its generator, or Lockstep. */
  readonly manifestBy: "generator" | "own";
  readonly objects: number;
  /** Versions of the manifest that are not missing anywhere. */
  readonly extraObjects: number;
  readonly sizeBytes: number;
  /** Versions in the source bucket, which the generator had to list. */
  readonly listedCount: number;
  readonly vaults: readonly string[];
  readonly budgetUsd: number | undefined;
}

/** What AWS charges for a job. A manifest of ours is not listed by S3. */
export function priceUsd(
  facts: Pick<PlanFacts, "listedCount" | "manifestBy" | "objects">,
): Plan["priceUsd"] {
  const job = JOB_PRICES_USD.job;
  const tasks = (facts.objects / MILLION) * JOB_PRICES_USD.perMillionTasks;
  const listedCount = facts.manifestBy === "own" ? 0 : facts.listedCount;
  const manifest = (listedCount / MILLION) * JOB_PRICES_USD.perMillionListed;
  return { job, tasks, manifest, total: job + tasks + manifest };
}

/** Works out the plan of a job that waits for its confirmation. Its hash names exactly what is approved. */
export function makePlan(facts: PlanFacts): Plan {
  const content = {
    jobId: facts.jobId,
    manifestBy: facts.manifestBy,
    objects: facts.objects,
    extraObjects: facts.extraObjects,
    sizeBytes: facts.sizeBytes,
    priceUsd: priceUsd(facts),
    notIncluded: NOT_INCLUDED,
    budgetUsd: facts.budgetUsd ?? null,
    vaults: facts.vaults,
  };
  const planHash = createHash("sha256")
    .update(canonicalJson({ ...content, manifestEtag: facts.manifestEtag }))
    .digest("hex")
    .slice(0, 16);
  return { ...content, planHash };
}

/**
 * Holds a plan against the budget and against the hash that was approved beforehand.
 * @throws LockstepError `BudgetExceeded`, `PlanChanged`
 */
export function checkPlan(plan: Plan, approvedHash: string | undefined): void {
  checkBudget(plan.priceUsd.total, plan.budgetUsd ?? undefined);
  if (approvedHash !== undefined && approvedHash !== plan.planHash) {
    throw new LockstepError(
      "PlanChanged",
      `The plan is ${plan.planHash}, but ${approvedHash} was approved.`,
    );
  }
}

/**
 * Holds a price against the budget: before a job is made, since that alone is charged, and again before it runs.
 * @throws LockstepError `BudgetExceeded`
 */
export function checkBudget(totalUsd: number, budgetUsd: number | undefined): void {
  if (budgetUsd === undefined || totalUsd <= budgetUsd) return;
  throw new LockstepError(
    "BudgetExceeded",
    `The job costs ${formatUsd(totalUsd)}, more than the budget of ${formatUsd(budgetUsd)}.`,
    { hint: "Raise `lockstep:backfill` budgetUsd in the stack's config if this is meant." },
  );
}

/** `USD 0.2521`: four places, since jobs cost parts of a cent. */
export function formatUsd(amount: number): string {
  return `USD ${amount.toFixed(amount < 1 ? 4 : 2)}`;
}
