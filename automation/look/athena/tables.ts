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

/** Those that a look makes, by their names alone. @param look `WorkPlace.name` */
export function tableNames(
  database: string,
  look: string,
): readonly Pick<AthenaTable, "database" | "name">[] {
  return (["source", "vault", "listing"] as const satisfies readonly (keyof QueryTables)[]).map(
    (what) => ({ database, name: tableOf(look, what) }),
  );
}

function tableOf(look: string, what: keyof QueryTables): string {
  return `${look}_${what}`;
}

/** Those of one vault. */
export function tablesFor(
  { inventory, place }: Pick<AskedVault, "inventory" | "place">,
  work: WorkPlace,
  source: FoundInventory,
): LookTables {
  const named = (what: keyof QueryTables) => ({
    database: place.database,
    name: tableOf(work.name, what),
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
