/** What Athena may charge is told, held against the budget, and agreed to. */

import { LockstepError } from "../../errors";
import { bytes, formatUsd } from "../../words";
import type { AskAthenaOptions, AskedVault } from "./asked";
import { athenaPlan } from "./plan";

/**
 * Asks whether it is meant.
 * @throws LockstepError `BudgetExceeded`, `Declined`
 */
export async function agree(
  vaults: readonly AskedVault[],
  { athena, emit }: Pick<AskAthenaOptions, "athena" | "emit">,
): Promise<void> {
  const { agreed = { usd: 0 } } = athena ?? {};
  const plan = athenaPlan(vaults, athena?.budgetUsd, agreed.usd);
  emit({ type: "athena-plan", ...plan });
  if (plan.budgetUsd !== null && plan.agreedUsd + plan.usd > plan.budgetUsd) {
    const before = plan.agreedUsd === 0 ? "" : `, after ${formatUsd(plan.agreedUsd)} before`;
    throw new LockstepError(
      "BudgetExceeded",
      `Athena may charge ${formatUsd(plan.usd)}${before}, more than the budget of ${formatUsd(plan.budgetUsd)}.`,
      { hint: "Raise `lockstep:verdict` athenaBudgetUsd in the stack's config if this is meant." },
    );
  }
  const unknown = plan.vaults.filter(({ isPriceKnown }) => !isPriceKnown);
  if (plan.budgetUsd !== null && unknown.length > 0) {
    throw new LockstepError(
      "BudgetExceeded",
      `What Athena charges in ${unknown.map(({ region }) => region).join(", ")} is not known, so that nothing says whether the budget of ${formatUsd(plan.budgetUsd)} suffices.`,
      {
        hint: `Set usdPerTbScanned in \`lockstep:verdict\` athena of ${unknown.map(({ vault }) => vault).join(", ")}, as AWS's price list has it.`,
      },
    );
  }
  const text =
    `Ask Athena for at most ${formatUsd(plan.usd)}, and transfer ${bytes(plan.broughtBytes)} of the source's inventory, ` +
    "the listing and the answers besides?";
  if ((await athena?.confirm({ code: "ask-athena", text })) !== true) {
    throw new LockstepError("Declined", "Athena was not asked.", {
      hint: "Nothing was made or transferred, and Athena charges nothing. Without --engine athena inventories are joined on this machine.",
    });
  }
  agreed.usd += plan.usd;
}
