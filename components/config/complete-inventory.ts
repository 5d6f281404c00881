/** The defaults of inventories, for config, library and component package alike. */

import { said } from "./said";
import { inventoryShape } from "./shape";
import type { InventoryConfig } from "./types";

/** Fills in what is left out. */
export function completeInventory(args: Partial<InventoryConfig>): InventoryConfig {
  return inventoryShape.parse(said(args));
}
