/** Holds the live inventory of a vault against the deployed one. Pure. */

import {
  deployedInventory,
  inventoryDifferences,
  liveInventory,
} from "../inventory/inventory-meaning";
import type { GuardFacts } from "./facts";
import type { GuardedVault } from "./guarded-vault";
import type { Losses } from "./losses";

const RESTORED_WITH = "s3:PutInventoryConfiguration";

export function compareInventory(vault: GuardedVault, facts: GuardFacts, losses: Losses): void {
  const wanted = deployedInventory(vault);
  if (wanted === undefined || facts.inventory === undefined || facts.bucket !== "there") return;
  const read = losses.read("inventory", facts.inventory);
  if (read === undefined) return;
  const { inventory: allows } = losses.allows;
  if (read.value === undefined) {
    losses.add("inventory", wanted, null, allows, RESTORED_WITH);
    return;
  }
  const live = liveInventory(read.value);
  const members = inventoryDifferences(wanted, live);
  if (members.length === 0) return;
  const [expected, found] = [wanted, live].map((one) =>
    Object.fromEntries(members.map((member) => [member, one[member]])),
  );
  losses.add("inventory", expected, found, allows, RESTORED_WITH);
}
