/**
 * The questions to inventories on the engine that Athena is made of: the same answers as DuckDB's to the same words, over the same data.
 * What defines tables is parsed as Athena's.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Row } from "../../automation/analysis/analysis";
import {
  athenaQuery,
  tablesOf,
  type Asked,
  type QueryTables,
} from "../../automation/analysis/athena/query";
import { LISTING_COLUMNS } from "../../automation/analysis/athena/relations";
import {
  createTable,
  dropTable,
  inventoryColumns,
  type AthenaTable,
} from "../../automation/analysis/athena/table";
import { canBeHad, startBuilds } from "../../sandbox/tests/clients/builds";
import { AskedInventories } from "../helpers/asked-inventories";
import type { InventoryRow } from "../helpers/inventory-files";
import { ATHENA_BUILDS, SQLGLOT, TRINO } from "./builds";
import { parseAsAthena } from "./sqlglot";
import { Trino } from "./trino";
import { makeWorld, SETTINGS, tellDuckDb, tellTrino, type Deliveries, type World } from "./world";

/** Builds and processes have their own limits, on a machine that does much else. */
const LIMITED_BY_OTHERS = 0;

const QUESTIONS = ["candidates", "count", "doubled", "gone"] as const;
const SIDES = ["source", "vault"] as const;

const DELIVERIES: Readonly<Record<string, Deliveries>> = {
  csv_parquet: { source: { format: "CSV" }, vault: { format: "Parquet" } },
  parquet_csv: {
    source: { format: "Parquet", hasEventHolds: true },
    vault: { format: "CSV", hasEventHolds: true },
  },
};

/** Rows of the same version have no order among each other. */
const sorted = (rows: readonly object[]): readonly string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();

describe("questions to inventories, of DuckDB and Athena", function () {
  this.timeout(LIMITED_BY_OTHERS);
  const isHere = ATHENA_BUILDS.every((build) => canBeHad(build, "the questions of Athena's"));
  let folder: string;
  let sqlglot: string;
  let trino: Trino | undefined;
  let asked: AskedInventories;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-athena-"));
    asked = await AskedInventories.open(folder, SETTINGS);
    if (!isHere) return;
    const builds = startBuilds(ATHENA_BUILDS, {
      tell: (text) => process.stderr.write(`${text}\n`),
    });
    trino = new Trino((await builds.get(TRINO)) ?? "");
    sqlglot = (await builds.get(SQLGLOT)) ?? "";
  });
  after(async () => {
    asked?.close();
    await trino?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const running = (): Trino => trino ?? expect.fail("Trino is not there");
  const ask = (question: Asked, tables: QueryTables, settings = SETTINGS) =>
    running().ask(athenaQuery(question, tables, settings));

  for (const [name, deliveries] of Object.entries(DELIVERIES)) {
    const { source, vault } = deliveries;
    describe(`a source's inventory in ${source.format} and a vault's in ${vault.format}`, () => {
      const world = makeWorld(800, 1);
      const ours = new Map<string, readonly Row[]>();
      before(async () => {
        await tellDuckDb(asked, world, deliveries);
        for (const question of QUESTIONS) ours.set(question, await asked.ask(question));
      });

      it("are answered by DuckDB as the world is", () => {
        const is = factsOf(world);
        const placesOf = (question: string) => ours.get(question)?.map(({ place }) => place);
        expect(ours.get("count")).to.deep.equal([{ versions_count: is.vaultCount }]);
        expect(placesOf("doubled")).to.deep.equal(is.doubled);
        expect(ours.get("gone")).to.have.length(100);
        expect(ours.get("gone")?.[0]?.["gone_count"]).to.equal(is.goneCount);
        const at = new Map(ours.get("candidates")?.map((row) => [row["place"], row]));
        const absent = [...at.values()].filter((row) => row["at_vault"] === "absent");
        expect(absent.map(({ place }) => place)).to.deep.equal(is.absent);
        expect(at.size).to.be.greaterThan(is.absent.length).and.lessThan(is.wantedCount);
      });

      if (!isHere) return;
      let tables: QueryTables;
      before(async () => {
        tables = await tellTrino(running(), name, world, deliveries);
      });

      for (const question of QUESTIONS) {
        it(`${question}: are answered by Trino as by DuckDB`, async () => {
          const theirs = await ask({ question }, tables);
          const rows = ours.get(question) ?? [];
          expect(sorted(theirs)).to.deep.equal(sorted(rows));
          expect(theirs.map(({ place }) => place)).to.deep.equal(rows.map(({ place }) => place));
        });
      }

      it("seen: are answered by Trino as the world is", async () => {
        const [seen] = await ask({ question: "seen" }, tables);
        const { wantedCount } = factsOf(world);
        expect(seen).to.deep.equal({
          listed_count: world.listing.length,
          wanted_count: wantedCount,
        });
      });

      for (const side of SIDES) {
        it(`refused: are answered of the ${side}'s rows, whatever the bucket is called`, async () => {
          const [refused] = await ask({ question: "refused", side }, tables);
          expect(refused).to.deep.equal({ refused_count: 0, reason: null });
          const hostile = { ...SETTINGS, sourceBucket: "o'ther", vaultBucket: "' OR 1=1; --" };
          const bucket = side === "source" ? SETTINGS.sourceBucket : SETTINGS.vaultBucket;
          const [all] = await ask({ question: "refused", side }, tables, hostile);
          expect(all).to.deep.equal({
            refused_count: world[side].filter(({ isDeleteMarker }) => !isDeleteMarker).length,
            reason: `a row is of another bucket: ${bucket}`,
          });
        });
      }

      it("take what they are asked with for nothing but a text", async () => {
        const hostile = { ...SETTINGS, lockMode: "x' OR 'a' = 'a" };
        const left = await ask({ question: "candidates" }, tables, hostile);
        const promised = ours.get("candidates") ?? [];
        // What is locked as nobody promised is right in COMPLIANCE mode alone.
        expect(left.length).to.be.greaterThan(promised.length);
      });
    });
  }

  if (!isHere) return;

  it("refuse what DuckDB refuses: a row of another bucket, without key, size or date", async () => {
    const [row] = makeWorld(50, 2).vault.filter(({ isDeleteMarker }) => isDeleteMarker !== true);
    if (row === undefined) throw new Error("no row");
    const table = await oneTable("refusals", { ...row, key: "plain" });
    const right = (await running().ask(`SELECT * FROM "${table.name}"`))[0] ?? {};
    const columns = inventoryColumns(table);
    for (const [column, value, reason] of [
      ["bucket", "other", "a row is of another bucket: other"],
      ["bucket", null, "a row is of another bucket: (none)"],
      ["key", null, "a row has no key, size or date"],
      ["size", "", "a row has no key, size or date"],
      ["lastmodifieddate", "", "a row has no key, size or date"],
    ] as const) {
      const name = `refused_${column}_${String(value)}`.replaceAll(/\W/g, "");
      await running().fill(name, columns, [
        columns.map((one) => (one.name === column ? value : right[one.name])),
      ]);
      const tables = { source: table, vault: { ...table, name }, listing: table };
      const [refused] = await ask({ question: "refused", side: "vault" }, tables);
      expect(refused, column).to.deep.equal({ refused_count: 1, reason });
    }
  });

  it("end at a key that is encoded otherwise than S3 does it", async () => {
    const [row] = makeWorld(1, 3).vault;
    if (row === undefined) throw new Error("no row");
    const table = await oneTable("encoded", row);
    const [right = {}] = await running().ask(`SELECT * FROM "${table.name}"`);
    const columns = inventoryColumns(table);
    await running().fill("broken", columns, [
      columns.map(({ name }) => (name === "key" ? "100%" : right[name])),
    ]);
    const tables = { source: table, vault: { ...table, name: "broken" }, listing: table };
    const answer = await ask({ question: "refused", side: "vault" }, tables).catch(String);
    expect(answer).to.match(/URLDecoder/);
  });

  it("read tables whose definitions are Athena's", async () => {
    const [row] = makeWorld(1, 4).vault;
    if (row === undefined) throw new Error("no row");
    const table = await oneTable("defined", row);
    const csv: AthenaTable = {
      database: "a_database",
      name: "lockstep_1_source",
      columns: inventoryColumns(table),
      format: "CSV",
      location: "s3://a-bucket/a-prefix/",
      isLinked: true,
    };
    const parquet: AthenaTable = {
      ...csv,
      name: "lockstep_1_vault",
      columns: [
        { name: "key", type: "string" },
        { name: "size", type: "bigint" },
      ],
      format: "Parquet",
    };
    const listing: AthenaTable = { ...csv, columns: LISTING_COLUMNS, isLinked: false };
    const parsed = parseAsAthena(sqlglot, [
      ...[csv, parquet, listing].map(createTable),
      dropTable(csv),
    ]);
    expect(parsed.slice(0, 3)).to.deep.equal(
      [csv, parquet, listing].map(({ columns, database, format, isLinked, location, name }) => ({
        kind: "Create TABLE",
        isExternal: true,
        table: `${database}.${name}`,
        columns,
        ...FILES[format],
        ...(isLinked ? LINKED : {}),
        location,
      })),
    );
    expect(parsed[3]).to.deep.equal({ kind: "Drop TABLE", table: "a_database.lockstep_1_source" });
  });

  it("are parsed as Athena's, and read the tables that they are charged for", async () => {
    const [row] = makeWorld(1, 5).vault;
    if (row === undefined) throw new Error("no row");
    const table = await oneTable("read", row);
    const tables: QueryTables = {
      source: { ...table, name: "of_source" },
      vault: { ...table, name: "of_vault" },
      listing: { database: "default", name: "of_listing" },
    };
    const all: Asked[] = [
      ...[...QUESTIONS, "seen" as const].map((question) => ({ question })),
      ...SIDES.map((side) => ({ question: "refused" as const, side })),
    ];
    const parsed = parseAsAthena(
      sqlglot,
      all.map((asked) => athenaQuery(asked, tables, SETTINGS)),
    );
    expect(parsed).to.deep.equal(
      all.map((asked) => ({
        kind: "Select",
        // One that is read twice is charged for twice, and named once here.
        tables: [...new Set(tablesOf(asked))].map((one) => `default.of_${one}`).sort(),
      })),
    );
  });

  /** A table over an inventory in CSV of one row. */
  async function oneTable(name: string, row: InventoryRow) {
    const world: World = { source: [], vault: [row], listing: [] };
    const { vault } = await tellTrino(running(), name, world, {
      source: { format: "CSV" },
      vault: { format: "CSV" },
    });
    return vault;
  }
});

/** As AWS has them in its samples. */
const FILES = {
  CSV: {
    serde: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    input: "org.apache.hadoop.mapred.TextInputFormat",
    output: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  },
  Parquet: {
    serde: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  },
};
const LINKED = {
  input: "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat",
  output: "org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat",
};

/** What is so, counted without SQL. */
function factsOf({ listing, source, vault }: World) {
  const name = ({ key, versionId }: { readonly key: string; readonly versionId: string }) =>
    JSON.stringify([key, versionId]);
  const countsOf = (rows: readonly InventoryRow[]): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      if (row.isDeleteMarker !== true) counts.set(name(row), (counts.get(name(row)) ?? 0) + 1);
    }
    return counts;
  };
  const [atSource, atVault] = [countsOf(source), countsOf(vault)];
  const wanted = listing.filter((one) => one.wanted !== undefined);
  const listed = new Set(listing.map(name));
  return {
    vaultCount: [...atVault.values()].reduce((sum, count) => sum + count, 0),
    wantedCount: wanted.length,
    absent: wanted.filter((one) => !atVault.has(name(one))).map(({ place }) => place),
    doubled: wanted
      .filter((one) => Math.max(atSource.get(name(one)) ?? 0, atVault.get(name(one)) ?? 0) > 1)
      .map(({ place }) => place),
    goneCount: [...atSource]
      .filter(([one]) => !listed.has(one))
      .reduce((sum, [, count]) => sum + count, 0),
  };
}
