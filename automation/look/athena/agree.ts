/** What Athena may charge is told, held against the budget, and agreed to. */

import { LockstepError } from "../../errors";
import { bytes, formatUsd } from "../../words";
import type { AskAthenaOptions, AskedVault } from "./asked";
import type { AthenaPlanFields, AthenaShare } from "./fields";
import { athenaPlan } from "./plan";

/** What sums of what is not whole may be off by. */
const ROUNDING_USD = 1e-9;

/**
 * Asks whether it is meant.
 * @throws LockstepError `BudgetExceeded`, `Declined`
 */
export async function agree(
  vaults: readonly AskedVault[],
  { athena, emit }: Pick<AskAthenaOptions, "athena" | "emit">,
): Promise<void> {
  const { budgetUsd, source = "" } = athena ?? {};
  const alone = athenaPlan(source, vaults, budgetUsd);
  // A look whose price nobody knows is not begun, and counts for no other.
  if (budgetUsd !== undefined) requirePrices(alone, budgetUsd, emit);
  const own = { source, usd: alone.usd };
  const shares = (await athena?.gather?.(own)) ?? [own];
  const togetherUsd = shares.reduce((sum, { usd }) => sum + usd, 0);
  const plan = { ...alone, othersUsd: togetherUsd - alone.usd };
  emit({ type: "athena-plan", ...plan });
  if (budgetUsd !== undefined && togetherUsd - budgetUsd > ROUNDING_USD)
    throw dear(shares, budgetUsd);
  const text =
    `Ask Athena for at most ${formatUsd(plan.usd)}, and transfer ${bytes(plan.broughtBytes)} of the source's inventory, ` +
    "the listing and the answers besides?";
  if ((await athena?.confirm({ code: "ask-athena", text })) !== true) {
    throw new LockstepError("Declined", "Athena was not asked.", {
      hint: "Nothing was made or transferred, and Athena charges nothing. Without --engine athena inventories are joined on this machine.",
    });
  }
}

function dear(shares: readonly AthenaShare[], budgetUsd: number): LockstepError {
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
        "Raise `lockstep:verdict` athenaBudgetUsd in the stack's config if this is meant" +
        (shares.length === 1 ? "." : ", or look at one source with --source. None was asked for."),
    },
  );
}

function requirePrices(
  plan: AthenaPlanFields,
  budgetUsd: number,
  emit: AskAthenaOptions["emit"],
): void {
  const unknown = plan.vaults.filter(({ isPriceKnown }) => !isPriceKnown);
  if (unknown.length === 0) return;
  emit({ type: "athena-plan", ...plan });
  throw new LockstepError(
    "BudgetExceeded",
    `What Athena charges in ${unknown.map(({ region }) => region).join(", ")} is not known, so that nothing says whether the budget of ${formatUsd(budgetUsd)} suffices.`,
    {
      hint: `Set usdPerTbScanned in \`lockstep:verdict\` athena of ${unknown.map(({ vault }) => vault).join(", ")}, as AWS's price list has it.`,
    },
  );
}
