/** What may stand in a definition of a table for Athena; that Athena takes it is shown in tests/athena. */

import type { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { LISTING_COLUMNS, listingLine } from "../../automation/analysis/athena/relations";
import {
  createTable,
  dropTable,
  inventoryColumns,
  isPlainLocation,
  tableName,
  type AthenaTable,
} from "../../automation/analysis/athena/table";
import { columnsIn } from "../../automation/inventory/columns";
import { tableNames } from "../../automation/look/athena/tables";
import { kinOf, newWorkPlace, placeOf } from "../../automation/look/athena/work-place";

const TABLE: AthenaTable = {
  database: "d",
  name: "t",
  columns: LISTING_COLUMNS,
  format: "CSV",
  location: "s3://bucket/lockstep/1/",
  isLinked: false,
};

describe("tables for Athena", () => {
  it("are made of names and places that no dialect gives a meaning to", () => {
    expect(() => createTable(TABLE)).not.to.throw();
    for (const name of ["", "a`b", 'a"b', "a.b", "A", "1a", "a b", "a\n", "x".repeat(129)]) {
      expect(() => tableName({ ...TABLE, name }), name).to.throw("no name for Athena");
      expect(() => dropTable({ ...TABLE, database: name }), name).to.throw("no name for Athena");
      const columns = [{ name, type: "string" } as const];
      expect(() => createTable({ ...TABLE, columns }), name).to.throw("no name for Athena");
    }
    for (const location of [
      "s3://bucket/a",
      "s3://bucket/a'/",
      "s3://bucket/a\\/",
      "s3://bucket/a/\n",
      "s3://bucket/a b/",
      "s3://bucket//",
      "s3://Bucket/a/",
      "https://bucket/a/",
      "s3:///a/",
    ]) {
      expect(isPlainLocation(location), location).to.equal(false);
      expect(() => createTable({ ...TABLE, location }), location).to.throw("no place for a table");
    }
    expect(isPlainLocation("s3://bucket/")).to.equal(true);
  });

  it("of a look have the name of its folder, which tells the two buckets, and no other look's", () => {
    const placeFor = (source: string, vault: string, location = "s3://scratch/looks/") =>
      newWorkPlace(
        location,
        { source, other: vault },
        {} as S3Client,
        new AbortController().signal,
      );
    const [one, again] = [placeFor("records", "vault"), placeFor("records", "vault")];
    expect(again.kin).to.equal(one.kin);
    expect(again.name).not.to.equal(one.name);
    for (const [source, vault] of [
      ["records2", "vault"],
      ["records", "vault2"],
      ["vault", "records"],
      ["recordsv", "ault"],
    ] as const) {
      expect(placeFor(source, vault).kin, `${source} ${vault}`).not.to.equal(one.kin);
    }
    expect(one.name.startsWith(one.kin)).to.equal(true);
    expect(placeOf(one)).to.equal(`s3://scratch/looks/${one.name}/`);
    expect(placeOf(kinOf(one, again.name))).to.equal(placeOf(again));
    expect(placeOf(placeFor("records", "vault", "s3://scratch/"))).to.match(
      /^s3:\/\/scratch\/lockstep_/,
    );
    for (const table of tableNames("d", one.name)) {
      expect(table.name.startsWith(`${one.name}_`)).to.equal(true);
      expect(() => dropTable(table)).not.to.throw();
    }
  });

  it("tell columns of CSV apart by their places, and those of Parquet by their names in the files", () => {
    const names = ["Bucket", "Key", "`; DROP", "ETag", "IsLatest"];
    const csv = { columnNames: names, columns: columnsIn(names).found, format: "CSV" } as const;
    expect(inventoryColumns(csv)).to.deep.equal(
      ["bucket", "key", "other_2", "etag", "other_4"].map((name) => ({ name, type: "string" })),
    );
    const parquetNames = ["bucket", "Key", "e_tag", "Size", "is_latest", "last_modified_date"];
    const parquet = {
      columnNames: parquetNames,
      columns: columnsIn(parquetNames).found,
      format: "Parquet",
    } as const;
    expect(inventoryColumns(parquet)).to.deep.equal([
      { name: "bucket", type: "string" },
      { name: "key", type: "string" },
      { name: "e_tag", type: "string" },
      { name: "size", type: "bigint" },
      { name: "last_modified_date", type: "timestamp" },
    ]);
  });

  it("have rows of the listing in which nothing is left for a reader of CSV to mistake", () => {
    const row = { place: 7, versionId: "v\\1", sizeBytes: 3, etag: "e" };
    expect(listingLine({ ...row, key: `a"b,c\n\\d+ e'\u00e9%` })).to.equal(
      `"7","a%22b%2Cc%0A%5Cd%2B%20e'%C3%A9%25","v%5C1","3","e","false","",""\n`,
    );
    const wanted = { storageClass: "(several)", retainUntilMs: 5 };
    expect(listingLine({ ...row, key: "k", wanted })).to.equal(
      `"7","k","v%5C1","3","e","true","(several)","5"\n`,
    );
  });
});
