import { readFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { GetQueryResultsCommand } from "@aws-sdk/client-athena";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { AthenaFixture, DATA, RESULTS } from "./fixture";

describe("queries of Athena", () => {
  const sandbox = useSandboxWithManualClock();
  let athena: AthenaFixture;

  before(async () => {
    athena = new AthenaFixture(sandbox());
    await athena.buckets();
    await athena.put("people/1.csv", 'name,age\n"Ann",31\nBob,\n"O\'Neil, ""J""",45\n');
    await athena.succeed("CREATE DATABASE IF NOT EXISTS d");
    await athena.succeed(
      `CREATE EXTERNAL TABLE d.people (name string, age string COMMENT 'in years')
       ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
       LOCATION 's3://${DATA}/people' TBLPROPERTIES ('skip.header.line.count' = '1')`,
    );
  });

  const inD = { QueryExecutionContext: { Database: "d" } };

  it("writes the result as AWS does: texts in quotes, nulls empty, columns without a name by their place", async () => {
    const query = "SELECT Name AS Who, nullif(age, ''), length(name) FROM people ORDER BY 3";
    const execution = await athena.succeed(query, inD);
    const { OutputLocation } = execution.ResultConfiguration ?? {};
    const id = execution.QueryExecutionId ?? "";
    expect(OutputLocation).to.equal(`s3://${RESULTS}/queries/${id}.csv`);
    const object = await sandbox()
      .s3()
      .send(new GetObjectCommand({ Bucket: RESULTS, Key: `queries/${id}.csv` }));
    expect(await object.Body?.transformToString()).to.equal(
      '"who","_col1","_col2"\n"Ann","31","3"\n"Bob",,"3"\n"O\'Neil, ""J""","45","11"\n',
    );
    const answer = await athena.client.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
    const rows = answer.ResultSet?.Rows?.map(({ Data }) => Data?.map((one) => one.VarCharValue));
    expect(rows?.[2]).to.deep.equal(["Bob", undefined, "3"]);
    const info = answer.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
    expect(info.map(({ Name, Type }) => `${Name} ${Type}`)).to.deep.equal([
      "who varchar",
      "_col1 varchar",
      "_col2 bigint",
    ]);
    expect(execution.StatementType).to.equal("DML");
    expect(execution.Statistics?.DataScannedInBytes).to.equal(42);
  });

  it("finds tables by one, two and three names, and lets WITH go before them", async () => {
    for (const name of ["people", "D.People", '"AwsDataCatalog"."d"."people"']) {
      expect(await athena.rows(`SELECT count(*) FROM ${name}`, inD), name).to.deep.equal([["3"]]);
    }
    const query =
      "WITH people AS (SELECT name FROM d.people WHERE age = '31') SELECT * FROM people";
    expect(await athena.rows(query, inD)).to.deep.equal([["Ann"]]);
    expect(await athena.outcome("SELECT 1 FROM other.d.people")).to.equal(
      "FAILED: CATALOG_NOT_FOUND: line 1:15: Catalog 'other' does not exist",
    );
  });

  it("knows Trino's functions", async () => {
    const rows = await athena.rows(
      `SELECT concat('a', NULL), url_decode('a+b%20c'), regexp_like('abc', 'b'), 7 / 2,
              date_diff('day', timestamp '2026-01-01 12:00:00', timestamp '2026-01-02 01:00:00'),
              to_hex(md5(to_utf8('a'))), cardinality(ARRAY[1, 2]), json_extract_scalar('{"a": "x"}', '$.a'),
              from_iso8601_timestamp('2026-07-30T12:00:00.000Z'), date_parse('2026-07-30', '%Y-%m-%d'),
              date_format(date_parse('07/30/2026 05', '%m/%d/%Y %i'), '%Y %M %i'), try_cast('x' AS integer),
              count_if(x > 1), sum(x), max_by(x, -x), current_timestamp, date_add('hour', 2, timestamp '2026-01-01 00:00:00'),
              cast(1e10 as double), true
       FROM (VALUES (1), (2), (3)) AS t (x)`,
    );
    expect(rows).to.deep.equal([
      [
        ...[null, "a b c", "true", "3", "0", "0CC175B9C0F1B6A831C399E269772661", "2", "x"],
        ...["2026-07-30 12:00:00.000 UTC", "2026-07-30 00:00:00.000", "2026 July 05", null],
        ...["2", "6", "1", rows[0]?.[15], "2026-01-01 02:00:00.000", "1.0E10", "true"],
      ],
    ]);
    expect(rows[0]?.[15]).to.match(/^2026-07-30 12:/);
  });

  it("fails by name for tables, columns and functions that are not there", async () => {
    expect(await athena.outcome("SELECT *\nFROM d.nobody")).to.equal(
      "FAILED: TABLE_NOT_FOUND: line 2:6: Table 'awsdatacatalog.d.nobody' does not exist",
    );
    expect(await athena.outcome("SELECT 1 FROM nowhere.t")).to.equal(
      "FAILED: SCHEMA_NOT_FOUND: line 1:15: Schema 'nowhere' does not exist",
    );
    expect(await athena.outcome("SELECT name, height FROM people", inD)).to.equal(
      "FAILED: COLUMN_NOT_FOUND: line 1:14: Column 'height' cannot be resolved or requester is not authorized to access requested resources",
    );
    expect(await athena.outcome("SELECT list_sum(ARRAY[1])")).to.equal(
      "FAILED: FUNCTION_NOT_FOUND: line 1:8: Function 'list_sum' not registered",
    );
    expect(await athena.outcome("SELECT * FROM read_csv('/etc/passwd')")).to.match(
      /^FAILED: FUNCTION_NOT_FOUND: line 1:15: Function 'read_csv'/,
    );
    expect(await athena.outcome("SELECT name FROM people WHERE name > 5", inD)).to.match(
      /^FAILED: TYPE_MISMATCH: /,
    );
    expect(await athena.outcome("SELECT cast(name AS bigint) FROM people", inD)).to.equal(
      "FAILED: INVALID_CAST_ARGUMENT: Cannot cast 'Ann' to bigint",
    );
    expect(await athena.outcome("SELECT name, count(*) FROM people", inD)).to.match(
      /^FAILED: EXPRESSION_NOT_AGGREGATE: line 1:8: /,
    );
    expect(await athena.outcome("SELECT name FROM people WHERE", inD)).to.equal(
      "FAILED: SYNTAX_ERROR: line 1:30: mismatched input '<EOF>'",
    );
  });

  it("fails by the name of the package when the engine is not there", async () => {
    const loader = Module as unknown as {
      _load: (name: string, ...rest: unknown[]) => unknown;
    };
    const load = loader._load;
    const manifest = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
    const { optionalDependencies } = JSON.parse(manifest) as {
      optionalDependencies: Record<string, string>;
    };
    const engineVersion = optionalDependencies["@duckdb/node-api"];
    loader._load = (name, ...rest) => {
      if (name === "@duckdb/node-api")
        throw new Error(`Cannot find module '${name}'\nRequire stack`);
      return load(name, ...rest);
    };
    try {
      expect(await athena.outcome("SELECT 1")).to.equal(
        "FAILED: NOT_SUPPORTED: Queries of Athena are run by the package @duckdb/node-api, which cannot be loaded here " +
          `(Cannot find module '@duckdb/node-api'). Install it beside lockstep-sandbox: npm install @duckdb/node-api@${engineVersion}`,
      );
    } finally {
      loader._load = load;
    }
    expect(await athena.rows("SELECT 1")).to.deep.equal([["1"]]);
  });

  it("refuses what the engine has beyond Trino", async () => {
    for (const query of [
      "SELECT * EXCLUDE (age) FROM people",
      "SELECT name FROM people QUALIFY row_number() OVER (ORDER BY name) = 1",
      "SELECT name, count(*) FROM people GROUP BY ALL",
      "SELECT people.name FROM people SEMI JOIN people AS p ON people.name = p.name",
      "SELECT name FROM people WHERE name ILIKE 'a%'",
    ]) {
      expect(await athena.outcome(query, inD), query).to.match(
        /^FAILED: (SYNTAX_ERROR|FUNCTION_NOT_FOUND): line 1:\d+: /,
      );
    }
  });
});
