/**
 * What Trino does not compare. Evidence: Trino's documentation of types, which has no conversion between texts and others; the
 * texts for operators and BETWEEN as quoted in public issues (trinodb/trino 7334, prestodb/presto 18628), that for IN assumed.
 */

import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { AthenaFixture, DATA } from "./fixture";

describe("comparisons of Athena", () => {
  const sandbox = useSandboxWithManualClock();
  let athena: AthenaFixture;
  const inD = { QueryExecutionContext: { Database: "d" } };

  before(async () => {
    athena = new AthenaFixture(sandbox());
    await athena.buckets();
    await athena.put("sizes/1.csv", "1,5,2026-01-02 00:00:00\n");
    await athena.succeed("CREATE DATABASE d");
    await athena.succeed(
      `CREATE EXTERNAL TABLE d.sizes (text string, n int, written timestamp)
       ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://${DATA}/sizes'`,
    );
  });

  for (const [condition, place, reason] of [
    ["text = 1", 32, "Cannot apply operator: varchar = integer"],
    ["1 <> text", 29, "Cannot apply operator: integer = varchar"],
    ["n > '4'", 29, "Cannot apply operator: integer < varchar(1)"],
    ["written >= '2026-01-01'", 35, "Cannot apply operator: timestamp(3) <= varchar(10)"],
    ["sizes.text < n", 38, "Cannot apply operator: varchar < integer"],
    ["n = true", 29, "Cannot apply operator: integer = boolean"],
    [
      "text IN (1, 2)",
      32,
      "IN value and list items must be the same type or coercible to a common type. Cannot find common type between varchar and integer, all types (without duplicates): [varchar, integer]",
    ],
    ["n BETWEEN '1' AND '2'", 29, "Cannot check if integer is BETWEEN varchar(1) and varchar(1)"],
  ] as const) {
    it(`${condition} is refused`, async () => {
      expect(await athena.outcome(`SELECT 1 FROM sizes WHERE ${condition}`, inD)).to.equal(
        `FAILED: TYPE_MISMATCH: line 1:${place}: ${reason}`,
      );
    });
  }

  it("are refused where tables are joined, and for what a HAVING or a list of results compares", async () => {
    for (const query of [
      "SELECT 1 FROM sizes a JOIN d.sizes b ON a.text = b.n",
      "SELECT n FROM sizes GROUP BY n HAVING n = 'x'",
      "SELECT text = 1 FROM sizes",
      "SELECT 1 FROM (SELECT 1 FROM sizes WHERE text = 1)",
    ]) {
      expect(await athena.outcome(query, inD), query).to.match(/^FAILED: TYPE_MISMATCH: /);
    }
  });

  it("of like with like, with what is computed, and of names that stand for something else, are carried out", async () => {
    for (const query of [
      "SELECT n FROM sizes WHERE CAST(text AS integer) = 1 AND text = '1' AND n IN (5, 6.0)",
      "SELECT n FROM sizes WHERE written > date '2026-01-01' AND written < timestamp '2026-02-01 00:00:00'",
      "SELECT n FROM sizes WHERE n = 5.0 AND n BETWEEN 1 AND 9 AND text <> CAST(n AS varchar)",
      "WITH sizes AS (SELECT n AS text, n FROM d.sizes) SELECT n FROM sizes WHERE text = 5",
      "SELECT n FROM (SELECT CAST(text AS integer) AS text, n FROM sizes) WHERE text = 1",
      "SELECT n FROM sizes AS x (word, n, written) WHERE word = '1'",
      "SELECT n FROM sizes WHERE text IS NOT NULL AND nullif(text, '') = '1'",
    ]) {
      expect(await athena.rows(query, inD), query).to.deep.equal([["5"]]);
    }
  });

  it("a column that tables have without saying so is refused by name", async () => {
    expect(await athena.outcome('SELECT "$path" FROM sizes', inD)).to.equal(
      'FAILED: NOT_SUPPORTED: The sandbox does not implement the column "$path" of Athena.',
    );
  });
});
