import { createHash } from "node:crypto";
import { canonicalJson } from "../../components/promise/canonical-json";
import { LockstepError } from "../errors";
import type { EventTable } from "../events";
import type { Price } from "./price";

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
  readonly vaults: readonly string[];
  readonly budgetUsd: number | undefined;
}

/** Works out the plan of a job that waits for its confirmation. Its hash names exactly what is approved. */
export function makePlan(facts: PlanFacts): Plan {
  const { lines, notIncluded, sources, total } = facts.price;
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
  };
  return { ...content, planHash: planHash(content, facts.manifestEtag) };
}

/**
 * Names what the job would do and what that costs. Not in it: what the job does not touch, and what S3 has taken for its list already, which
 * follow whatever is written to the source meanwhile; a second person who looks an hour later could else never approve the same plan.
 */
function planHash(content: Omit<Plan, "planHash">, manifestEtag: string): string {
  const { budgetUsd, extraObjects, jobId, manifestBy, notIncluded, objects, sizeBytes, vaults } =
    content;
  const bound = {
    jobId,
    manifestBy,
    manifestEtag,
    objects,
    extraObjects,
    sizeBytes,
    weakerToArrive: content.weakerLocked.toArrive,
    priceUsd: content.priceUsd.lines.filter(({ what }) => what !== "manifest"),
    notIncluded,
    budgetUsd,
    vaults,
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

/** `USD 0.2521`: four places, since jobs cost parts of a cent; what is less than that, and something, is not shown as nothing. */
export function formatUsd(amount: number): string {
  if (amount > 0 && amount < 0.000_05) return "< USD 0.0001";
  return `USD ${amount.toFixed(amount < 1 ? 4 : 2)}`;
}
