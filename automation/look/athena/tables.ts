/** The tables that Athena is asked of, in the folder of a look. Pure. */

import type { QueryTables } from "../../analysis/athena/query";
import { LISTING_COLUMNS } from "../../analysis/athena/relations";
import { inventoryColumns, type AthenaTable } from "../../analysis/athena/table";
import type { FoundInventory } from "../../inventory/find-inventory";
import type { AskedVault } from "./asked";
import { locationIn, type WorkPlace } from "./work-place";

/** Tables, as they are made and as they are asked of. */
export interface LookTables {
  readonly definitions: Readonly<Record<keyof QueryTables, AthenaTable>>;
  readonly queried: QueryTables;
}

/** Those of one vault. */
export function tablesFor(
  { inventory, place }: Pick<AskedVault, "inventory" | "place">,
  work: WorkPlace,
  source: FoundInventory,
): LookTables {
  const named = (what: keyof QueryTables) => ({
    database: place.database,
    name: `${work.name}_${what}`,
  });
  const ofInventory = (what: "source" | "vault", one: FoundInventory): AthenaTable => ({
    ...named(what),
    columns: inventoryColumns(one),
    format: one.format,
    location: locationIn(work, what),
    isLinked: true,
  });
  return {
    definitions: {
      source: ofInventory("source", source),
      vault: ofInventory("vault", inventory),
      listing: {
        ...named("listing"),
        columns: LISTING_COLUMNS,
        format: "CSV",
        location: locationIn(work, "listing"),
        isLinked: false,
      },
    },
    queried: {
      source: { ...source, ...named("source") },
      vault: { ...inventory, ...named("vault") },
      listing: named("listing"),
    },
  };
}
