/** What Athena may charge is told, held against the budget, and agreed to. */

import { LockstepError } from "../../errors";
import type { Session } from "../../events";
import { bytes, formatUsd } from "../../words";
import type { AthenaOptions } from "../look";
import type { AskAthenaOptions, AskedVault } from "./asked";
import type { AthenaPlanFields, AthenaShare } from "./fields";
import { athenaPlan } from "./plan";

/** What sums of what is not whole may be off by. */
const ROUNDING_USD = 1e-9;

/** The section of the config that names the Athena of each vault's account, and its budget. */
export const VERDICT_SECTION = "lockstep:verdict";

/** What is asked, and in which words. */
export interface Agreement {
  /** Beside no other. */
  readonly plan: AthenaPlanFields;
  /** Of the config, that names the places and the budget. */
  readonly section: string;
  /** Of the question: what it is besides the price. */
  readonly besides: string;
  /** What can be done without Athena, as a sentence. */
  readonly without: string;
}

/**
 * Asks whether a look by inventories is meant.
 * @throws as `agreeTo`
 */
export async function agree(
  vaults: readonly AskedVault[],
  { athena, emit }: Pick<AskAthenaOptions, "athena" | "emit">,
): Promise<void> {
  const plan = athenaPlan(athena?.source ?? "", vaults, athena?.budgetUsd);
  const besides = `and transfer ${bytes(plan.broughtBytes)} of the source's inventory, the listing and the answers besides`;
  const without = "Without --engine athena inventories are joined on this machine.";
  await agreeTo({ plan, section: VERDICT_SECTION, besides, without }, athena, emit);
}

/**
 * Asks whether it is meant.
 * @throws LockstepError `BudgetExceeded`, `Declined`
 */
export async function agreeTo(
  { besides, plan: alone, section, without }: Agreement,
  athena: Pick<AthenaOptions, "budgetUsd" | "confirm" | "gather"> | undefined,
  emit: Session["emit"],
): Promise<void> {
  const { budgetUsd } = athena ?? {};
  // A look whose price nobody knows is not begun, and counts for no other.
  if (budgetUsd !== undefined) requirePrices(alone, budgetUsd, section, emit);
  const own = { source: alone.source, usd: alone.usd };
  const shares = (await athena?.gather?.(own)) ?? [own];
  const togetherUsd = shares.reduce((sum, { usd }) => sum + usd, 0);
  const plan = { ...alone, othersUsd: togetherUsd - alone.usd };
  emit({ type: "athena-plan", ...plan });
  if (budgetUsd !== undefined && togetherUsd - budgetUsd > ROUNDING_USD) {
    throw dear(shares, budgetUsd, section);
  }
  const text = `Ask Athena for at most ${formatUsd(plan.usd)}, ${besides}?`;
  if ((await athena?.confirm({ code: "ask-athena", text })) !== true) {
    throw new LockstepError("Declined", "Athena was not asked.", {
      hint: `Nothing was made or transferred, and Athena charges nothing. ${without}`,
    });
  }
}

function dear(shares: readonly AthenaShare[], budgetUsd: number, section: string): LockstepError {
  const [{ usd: first = 0 } = {}] = shares;
  const togetherUsd = shares.reduce((sum, { usd }) => sum + usd, 0);
  const each = shares.map(({ source, usd }) => `${formatUsd(usd)} for ${source}`).join(", ");
  const what =
    shares.length === 1 ? formatUsd(first) : `${each}: together ${formatUsd(togetherUsd)}`;
  return new LockstepError(
    "BudgetExceeded",
    `Athena may charge ${what}, more than the budget of ${formatUsd(budgetUsd)}.`,
    {
      hint:
        `Raise \`${section}\` athenaBudgetUsd in the stack's config if this is meant` +
        (shares.length === 1 ? "." : ", or look at one source with --source. None was asked for."),
    },
  );
}

function requirePrices(
  plan: AthenaPlanFields,
  budgetUsd: number,
  section: string,
  emit: Session["emit"],
): void {
  const places = [
    ...plan.vaults.map(({ vault: name, ...place }) => ({ ...place, name })),
    ...(plan.reports === undefined ? [] : [{ ...plan.reports, name: plan.source }]),
  ];
  const unknown = places.filter(({ isPriceKnown }) => !isPriceKnown);
  if (unknown.length === 0) return;
  emit({ type: "athena-plan", ...plan });
  throw new LockstepError(
    "BudgetExceeded",
    `What Athena charges in ${unknown.map(({ region }) => region).join(", ")} is not known, so that nothing says whether the budget of ${formatUsd(budgetUsd)} suffices.`,
    {
      hint: `Set usdPerTbScanned in \`${section}\` athena of ${unknown.map(({ name }) => name).join(", ")}, as AWS's price list has it.`,
    },
  );
}
