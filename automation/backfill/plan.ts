import { createHash } from "node:crypto";
import { canonicalJson } from "../../components/promise/canonical-json";
import { LockstepError } from "../errors";
import type { EventTable } from "../events";
import type { Price } from "./price";
import { formatUsd } from "../words";

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
  /** What no job brings. */
  readonly archived: Plan["archived"];
  readonly weakerLocked: Plan["weakerLocked"];
  readonly price: Price;
  /** What is tried before the job runs. Absent: nothing. */
  readonly trial?: PlannedTrial | undefined;
  readonly vaults: readonly string[];
  readonly budgetUsd: number | undefined;
}

/** A version that is tried before a job runs. */
export interface PlannedTrial {
  readonly version: {
    readonly key: string;
    readonly versionId: string;
    readonly sizeBytes: number;
  };
  /** Names of the vaults that it is promised at. */
  readonly vaults: readonly string[];
  /** Of its job and what that brings; undefined once it has arrived. */
  readonly price: Price | undefined;
}

/** Works out the plan of a job that waits for its confirmation. Its hash names exactly what is approved. */
export function makePlan(facts: PlanFacts): Plan {
  const { price, trial } = facts;
  const { lines, notIncluded, sources, total } = withTrial(price, trial?.price);
  const content = {
    jobId: facts.jobId,
    manifestBy: facts.manifestBy,
    objects: facts.objects,
    extraObjects: facts.extraObjects,
    sizeBytes: facts.sizeBytes,
    archived: facts.archived,
    weakerLocked: facts.weakerLocked,
    priceUsd: { lines, total },
    prices: sources,
    notIncluded,
    budgetUsd: facts.budgetUsd ?? null,
    vaults: facts.vaults,
    trial:
      trial === undefined
        ? null
        : {
            key: trial.version.key,
            versionId: trial.version.versionId,
            sizeBytes: trial.version.sizeBytes,
            vaults: trial.vaults,
          },
  };
  return { ...content, planHash: planHash(content, facts.manifestEtag, price) };
}

/** The line of a trial, as the plan has it. */
const TRIAL_LINE = "trial job";

/** A price with a trial's in it, as one line. */
function withTrial(price: Price, trial: Price | undefined): Price {
  if (trial === undefined) return price;
  const known = new Set(price.sources.map(({ region }) => region));
  return {
    lines: [...price.lines, { what: TRIAL_LINE, vault: null, usd: trial.total }],
    total: price.total + trial.total,
    notIncluded: [...new Set([...price.notIncluded, ...trial.notIncluded])],
    sources: [...price.sources, ...trial.sources.filter(({ region }) => !known.has(region))],
  };
}

/**
 * Names what the job would do and what that costs, and which version is tried before; not what the trial costs, which is paid once
 * it was made, and so is no part of the plan that is then shown again. Not in it either: what the job does not touch, and what S3 has taken for its list already, which
 * follow whatever is written to the source meanwhile; a second person who looks an hour later could else never approve the same plan.
 */
function planHash(
  content: Omit<Plan, "planHash">,
  manifestEtag: string,
  { lines, notIncluded }: Price,
): string {
  const { budgetUsd, extraObjects, jobId, manifestBy, objects, sizeBytes, trial, vaults } = content;
  const bound = {
    jobId,
    manifestBy,
    manifestEtag,
    objects,
    extraObjects,
    sizeBytes,
    weakerToArrive: content.weakerLocked.toArrive,
    priceUsd: lines.filter(({ what }) => what !== "manifest"),
    notIncluded,
    budgetUsd,
    vaults,
    ...(trial && { trial: { key: trial.key, versionId: trial.versionId } }),
  };
  return createHash("sha256").update(canonicalJson(bound)).digest("hex").slice(0, 16);
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
    `The backfill costs ${formatUsd(totalUsd)}, more than the budget of ${formatUsd(budgetUsd)}.`,
    { hint: "Raise `lockstep:backfill` budgetUsd in the stack's config if this is meant." },
  );
}
