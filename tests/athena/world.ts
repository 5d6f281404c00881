/** Two inventories and a listing with every kind of row in them, told to both engines. */

import { writeFile } from "node:fs/promises";
import fc from "fast-check";
import type { QuerySettings, QueryTables } from "../../automation/analysis/athena/query";
import {
  LISTING_COLUMNS,
  listingLine,
  type ListingRow,
} from "../../automation/analysis/athena/relations";
import { inventoryColumns, type InventoryShape } from "../../automation/analysis/athena/table";
import { parseManifest } from "../../automation/inventory/manifest";
import type { AskedInventories } from "../helpers/asked-inventories";
import { inventoryCells, inventoryObjects, type InventoryRow } from "../helpers/inventory-files";
import { DAY_MS, NOW } from "../helpers/judged-world";
import type { Cell, Trino } from "./trino";

/** How an inventory is delivered. */
export interface Delivery {
  readonly format: "CSV" | "Parquet";
  readonly hasEventHolds?: boolean;
}

/** How both are. */
export type Deliveries = Readonly<Record<"source" | "vault", Delivery>>;

/** What is compared. */
export interface World {
  readonly source: readonly InventoryRow[];
  readonly vault: readonly InventoryRow[];
  readonly listing: readonly ListingRow[];
}

export const SETTINGS: QuerySettings = {
  lockMode: "GOVERNANCE",
  nowMs: NOW,
  sourceBucket: "listed-source",
  vaultBucket: "listed-vault",
};

/** Keys that a reader of CSV, of URLs or of SQL may get wrong. */
const ODD_KEYS = [
  `a,b "c"`,
  "line\nfeed\r\n",
  "100%25 +plus&%",
  "\u00fcn\u00efcode/\u{1f389}",
  "back\\slash\\",
  "'; DROP TABLE source_rows; --",
  `"" OR ''='`,
  "zero\u0000zero",
  " blanks ",
  "?:*$1{}",
  "x".repeat(1024),
];

const ETAGS = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"] as const;

/** The first of them mostly, so that many versions are right in all but one or two. */
const mostly = <Value>(right: Value, ...others: readonly Value[]) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(right) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );
const day = (days: number): number => NOW + days * DAY_MS;

const common = {
  sizeBytes: mostly(3, 4, 0),
  etag: mostly(ETAGS[0], ETAGS[1], "0-2", ""),
  encryption: mostly("SSE-S3", "SSE-KMS", "DSSE-KMS", "SSE-C", "NOT-SSE", ""),
  isOnLegalHold: mostly(false, true),
  isOnEventHold: mostly(false, true),
  storageClass: mostly("STANDARD", "GLACIER", ""),
  isDeleteMarker: mostly(false, false, false, false, true),
  checksumAlgorithm: mostly<string | undefined>("CRC64NVME", "SHA256", "of next year", undefined),
};

/** In how many rows a version is. */
const copies = mostly(1, 0, 2);

const version = fc.record({
  source: fc.record({
    ...common,
    replicationStatus: mostly("COMPLETED", "FAILED", "PENDING", "REPLICA", ""),
    lockMode: mostly<string | undefined>(undefined, "GOVERNANCE", "COMPLIANCE"),
    retainUntilEpochMs: mostly<number | undefined>(undefined, day(-1), day(45) + 1, day(100)),
  }),
  vault: fc.record({
    ...common,
    replicationStatus: mostly("REPLICA", "COMPLETED", ""),
    lockMode: mostly<string | undefined>("GOVERNANCE", "COMPLIANCE", undefined),
    retainUntilEpochMs: mostly<number | undefined>(day(60), day(101), day(29), day(-1), undefined),
  }),
  sourceCopies: copies,
  vaultCopies: copies,
  isListed: mostly(true, false),
  isWanted: mostly(true, false),
  versionId: mostly("v1", "null"),
  storageClass: mostly<string | null>(null, "STANDARD", "(several)"),
  retainUntilMs: mostly(day(30), day(60), 0),
});

/** The same with the same seed. */
export function makeWorld(versionsCount: number, seed: number): World {
  const versions = fc.sample(version, { numRuns: versionsCount, seed });
  const world = {
    source: [] as InventoryRow[],
    vault: [] as InventoryRow[],
    listing: [] as ListingRow[],
  };
  versions.forEach((one, index) => {
    const key = `${ODD_KEYS[index] ?? `key ${index}`}`;
    const { versionId } = one;
    const row = { key, versionId, lastModifiedEpochMs: day(-10) + index };
    for (let copy = 0; copy < one.sourceCopies; copy++)
      world.source.push({ ...row, ...one.source });
    for (let copy = 0; copy < one.vaultCopies; copy++) world.vault.push({ ...row, ...one.vault });
    if (!one.isListed) return;
    const { isWanted, retainUntilMs, storageClass } = one;
    world.listing.push({
      place: index,
      key,
      versionId,
      sizeBytes: 3,
      etag: ETAGS[0],
      ...(isWanted ? { wanted: { storageClass, retainUntilMs } } : {}),
    });
  });
  return world;
}

/** One side's files as S3 delivers them, and what its manifest says of them. */
function delivered(
  rows: readonly InventoryRow[],
  listedBucket: string,
  delivery: Delivery,
): { readonly manifest: ReturnType<typeof parseManifest>; readonly files: readonly Buffer[] } {
  const objects = inventoryObjects({
    ...delivery,
    listedBucket,
    bucketName: "beside",
    prefix: "p",
    id: "i",
    createdEpochMs: NOW,
    rows,
    rowsPerFile: 100,
  });
  const text = [...objects].find(([key]) => key.endsWith("manifest.json"))?.[1].toString() ?? "";
  const folder = `p/${listedBucket}/i/`;
  const manifest = parseManifest("m", text, { listedBucket, bucketName: "beside", folder });
  return { manifest, files: manifest.files.map(({ key }) => objects.get(key) ?? Buffer.of()) };
}

/** Tells DuckDB, as a look does. */
export async function tellDuckDb(
  asked: AskedInventories,
  world: World,
  deliveries: Deliveries,
): Promise<void> {
  const { sourceBucket, vaultBucket } = SETTINGS;
  for (const side of ["source", "vault"] as const) {
    const listedBucket = side === "source" ? sourceBucket : vaultBucket;
    const { files, manifest } = delivered(world[side], listedBucket, deliveries[side]);
    const paths = files.map(() => asked.path(side));
    for (const [index, bytes] of files.entries()) await writeFile(paths[index] ?? "", bytes);
    await asked.tell(side, { ...manifest, listedBucket, bucketName: "beside", paths });
  }
  await asked.list(world.listing);
}

/** Tells Trino: each table as Athena has it defined, filled with what is in the files. @param name of these tables */
export async function tellTrino(
  trino: Trino,
  name: string,
  world: World,
  deliveries: Deliveries,
): Promise<QueryTables> {
  const side = async (which: "source" | "vault") => {
    const { sourceBucket, vaultBucket } = SETTINGS;
    const listedBucket = which === "source" ? sourceBucket : vaultBucket;
    const delivery = deliveries[which];
    const { manifest } = delivered(world[which], listedBucket, delivery);
    const cells = inventoryCells({ ...delivery, listedBucket, rows: world[which] });
    const taken = taker(manifest);
    const table = { ...manifest, database: "default", name: `${name}_${which}` };
    await trino.fill(table.name, inventoryColumns(manifest), cells.map(taken));
    return table;
  };
  const listing = { database: "default", name: `${name}_listing` };
  const lines = world.listing.map((row) => csvFields(listingLine(row)));
  await trino.fill(listing.name, LISTING_COLUMNS, lines);
  return { source: await side("source"), vault: await side("vault"), listing };
}

/** Of CSV a table has every column, of Parquet those that are taken. */
function taker({ columnNames, columns, format }: InventoryShape) {
  const taken = new Set(Object.values(columns));
  return (row: readonly Cell[]): readonly Cell[] =>
    format === "CSV" ? row : row.filter((_, index) => taken.has(columnNames[index] ?? ""));
}

/** Of a line in which nothing is escaped. */
function csvFields(line: string): string[] {
  if (!/^("[^"\\,\r\n]*",)*"[^"\\,\r\n]*"\n$/.test(line)) throw new Error(`no plain CSV: ${line}`);
  return line.slice(1, -2).split('","');
}
