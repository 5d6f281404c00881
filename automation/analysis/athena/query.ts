/** A question as Athena is asked it: the same words as any engine, behind the tables that they name. Pure. */

import { literal } from "../literal";
import { questionText, rowsText, type Question } from "../question-text";
import { inventorySelect, listingSelect, type InventoryTable } from "./relations";

/** What a question is asked of, at one vault. */
export interface QueryTables {
  readonly source: InventoryTable;
  readonly vault: InventoryTable;
  /** Of `LISTING_COLUMNS`. */
  readonly listing: Pick<InventoryTable, "database" | "name">;
}

/** What it is asked with. */
export interface QuerySettings {
  /** Of the promise. */
  readonly lockMode: string;
  /** AWS's time. Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** Buckets that the two inventories are of. */
  readonly sourceBucket: string;
  readonly vaultBucket: string;
}

/** A question about one side alone names it. */
export type Asked =
  | { readonly question: Exclude<Question, "refused"> }
  | { readonly question: "refused"; readonly side: "source" | "vault" };

/** What each question reads. */
const READS: Readonly<Record<Question, readonly (keyof typeof RELATIONS)[]>> = {
  candidates: ["settings", "wanted", "source_rows", "vault_rows"],
  count: ["vault_rows"],
  doubled: ["wanted", "source_rows", "vault_rows"],
  gone: ["source_rows", "listed"],
  refused: ["settings", "delivered"],
  seen: ["listed", "wanted"],
};

interface Context {
  readonly tables: QueryTables;
  readonly settings: QuerySettings;
  readonly side: "source" | "vault";
}

const RELATIONS = {
  settings: ({ settings, side }: Context): string => {
    const { lockMode, nowMs, sourceBucket, vaultBucket } = settings;
    const listedBucket = side === "source" ? sourceBucket : vaultBucket;
    return (
      `SELECT ${literal(lockMode)} AS lock_mode, ${literal(nowMs)} AS now_ms, ` +
      `${literal(listedBucket)} AS listed_bucket`
    );
  },
  delivered: ({ side, tables }: Context): string => inventorySelect(tables[side]),
  source_rows: ({ tables }: Context): string => rowsText("athena", inventorySelect(tables.source)),
  vault_rows: ({ tables }: Context): string => rowsText("athena", inventorySelect(tables.vault)),
  listed: ({ tables }: Context): string => listingSelect(tables.listing, "listed"),
  wanted: ({ tables }: Context): string => listingSelect(tables.listing, "wanted"),
} as const;

/** The table behind each of them. */
const BEHIND: Readonly<
  Record<keyof typeof RELATIONS, (side: "source" | "vault") => readonly (keyof QueryTables)[]>
> = {
  settings: () => [],
  delivered: (side) => [side],
  source_rows: () => ["source"],
  vault_rows: () => ["vault"],
  listed: () => ["listing"],
  wanted: () => ["listing"],
};

/** The tables that a question reads, each as often as it reads it: what is charged for. */
export function tablesOf(asked: Asked): readonly (keyof QueryTables)[] {
  return READS[asked.question].flatMap((relation) => BEHIND[relation](sideOf(asked)));
}

/** The query. A table that is not read is not in it. */
export function athenaQuery(asked: Asked, tables: QueryTables, settings: QuerySettings): string {
  const side = sideOf(asked);
  const relations = READS[asked.question].map(
    (name) => `${name} AS (\n${RELATIONS[name]({ tables, settings, side }).trimEnd()}\n)`,
  );
  return `WITH\n${relations.join(",\n")}\n${questionText(asked.question)}`;
}

function sideOf(asked: Asked): "source" | "vault" {
  return asked.question === "refused" ? asked.side : "vault";
}
