import {
  GetQueryResultsCommand,
  GetTableMetadataCommand,
  ListDatabasesCommand,
  ListTableMetadataCommand,
} from "@aws-sdk/client-athena";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { AthenaFixture, DATA, RESULTS } from "./fixture";

describe("definitions of Athena", () => {
  const sandbox = useSandboxWithManualClock();
  let athena: AthenaFixture;

  before(async () => {
    athena = new AthenaFixture(sandbox());
    await athena.buckets();
  });

  it("make and drop databases and tables", async () => {
    const create = "CREATE DATABASE made COMMENT 'for a while'";
    expect((await athena.succeed(create)).StatementType).to.equal("DDL");
    expect(await athena.outcome(create)).to.match(
      /^FAILED: FAILED: Execution Error.*Database made already exists/,
    );
    await athena.succeed("CREATE SCHEMA IF NOT EXISTS made");
    const table = `CREATE EXTERNAL TABLE made.t (A string COMMENT 'first', b decimal(10, 2)) COMMENT 'a table' LOCATION 's3://${DATA}/made'`;
    await athena.succeed(table);
    expect(await athena.outcome(table)).to.match(/Table t already exists/);
    const { DatabaseList } = await athena.client.send(
      new ListDatabasesCommand({ CatalogName: "AwsDataCatalog" }),
    );
    expect(DatabaseList?.map(({ Description, Name }) => [Name, Description])).to.deep.include([
      "made",
      "for a while",
    ]);
    const names = { CatalogName: "AwsDataCatalog", DatabaseName: "made" };
    const { TableMetadata } = await athena.client.send(
      new GetTableMetadataCommand({ ...names, TableName: "t" }),
    );
    expect(TableMetadata?.Columns).to.deep.equal([
      { Name: "a", Type: "string", Comment: "first" },
      { Name: "b", Type: "decimal(10,2)" },
    ]);
    expect(TableMetadata?.Parameters).to.include({
      EXTERNAL: "TRUE",
      comment: "a table",
    });
    const listed = await athena.client.send(
      new ListTableMetadataCommand({ ...names, Expression: "t.*" }),
    );
    expect(listed.TableMetadataList?.map(({ Name }) => Name)).to.deep.equal(["t"]);
    expect(await athena.outcome("DROP DATABASE made")).to.match(/Database made is not empty/);
    await athena.succeed("DROP TABLE made.t");
    expect(await athena.outcome("DROP TABLE made.t")).to.match(/Table not found t$/);
    await athena.succeed("DROP TABLE IF EXISTS made.t");
    await athena.succeed("DROP DATABASE made CASCADE");
    expect(await athena.outcome("SHOW TABLES IN made")).to.match(/Database does not exist: made$/);
    const gone = await failureOf(
      athena.client.send(new GetTableMetadataCommand({ ...names, TableName: "t" })),
    );
    expect(gone.code).to.equal("MetadataException");
  });

  it("are in each Region and account by themselves", async () => {
    await athena.succeed("CREATE DATABASE here");
    const elsewhere = sandbox().athena("source", { region: "eu-central-1" });
    const { DatabaseList } = await elsewhere.send(
      new ListDatabasesCommand({ CatalogName: "AwsDataCatalog" }),
    );
    expect(DatabaseList?.map(({ Name }) => Name)).to.deep.equal(["default"]);
    const refused = await failureOf(athena.start("SELECT 1", {}, elsewhere));
    expect(refused.message).to.match(
      /^The S3 location provided to save your query results is invalid\./,
    );
  });

  it("show what there is, in a file of text without a row of names", async () => {
    await athena.succeed(
      `CREATE EXTERNAL TABLE seen_1 (a string) PARTITIONED BY (p int) LOCATION 's3://${DATA}/seen/'`,
    );
    await athena.succeed(`CREATE EXTERNAL TABLE seen_2 (a string) LOCATION 's3://${DATA}/seen/'`);
    const execution = await athena.succeed("SHOW TABLES 'seen_*'");
    expect(execution.StatementType).to.equal("UTILITY");
    const key = `queries/${execution.QueryExecutionId}.txt`;
    expect(execution.ResultConfiguration?.OutputLocation).to.equal(`s3://${RESULTS}/${key}`);
    const object = await sandbox()
      .s3()
      .send(new GetObjectCommand({ Bucket: RESULTS, Key: key }));
    expect(await object.Body?.transformToString()).to.equal("seen_1\nseen_2\n");
    const { ResultSet } = await athena.client.send(
      new GetQueryResultsCommand({
        QueryExecutionId: execution.QueryExecutionId,
      }),
    );
    expect(ResultSet?.Rows?.[0]?.Data).to.deep.equal([{ VarCharValue: "seen_1" }]);
    const described = (await athena.rows("DESCRIBE seen_1")).map(([line]) => line?.trimEnd());
    expect(described).to.deep.equal([
      "a                   \tstring",
      "p                   \tint",
      "",
      "# Partition Information",
      "# col_name          \tdata_type           \tcomment",
      "",
      "p                   \tint",
    ]);
    expect(await athena.rows("SHOW DATABASES LIKE 'def*'")).to.deep.equal([["default"]]);
  });

  it("find partitions where their folders are, or where they are told to be", async () => {
    await athena.put("parts/year=2025/a", "old|1\n");
    await athena.put("parts/year=2026/b.gz", gzipSync("new|2\n\\N|x\n"));
    await athena.put("parts/year=2026/_hidden", "hidden|3\n");
    await athena.put("aside/c", "aside|4\n");
    await athena.succeed(
      `CREATE EXTERNAL TABLE parts (word string, number int) PARTITIONED BY (year int)
       ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' LOCATION 's3://${DATA}/parts/'`,
    );
    expect(await athena.rows("SELECT count(*) FROM parts")).to.deep.equal([["0"]]);
    expect(await athena.rows("MSCK REPAIR TABLE parts")).to.deep.include([
      "Repair: Added partition to metastore parts:year=2026",
    ]);
    await athena.succeed(
      `ALTER TABLE parts ADD PARTITION (year = 2024) LOCATION 's3://${DATA}/aside/'`,
    );
    expect(await athena.outcome("ALTER TABLE parts ADD PARTITION (year = 2024)")).to.match(
      /Partition already exists/,
    );
    await athena.succeed(
      "ALTER TABLE parts ADD IF NOT EXISTS PARTITION (year = 2024) PARTITION (year = '2023')",
    );
    expect(await athena.rows("SHOW PARTITIONS parts")).to.have.deep.members([
      ["year=2025"],
      ["year=2026"],
      ["year=2024"],
      ["year=2023"],
    ]);
    expect(await athena.rows("SELECT * FROM parts ORDER BY year, number")).to.deep.equal([
      ["aside", "4", "2024"],
      ["old", "1", "2025"],
      ["new", "2", "2026"],
      [null, null, "2026"],
    ]);
    const pruned = await athena.succeed(
      "SELECT word FROM parts WHERE year < 2025 OR year IN (2023)",
    );
    expect(pruned.Statistics?.DataScannedInBytes).to.equal("aside|4\n".length);
  });

  it("project partitions of integers and words by a template", async () => {
    await athena.put("hot/eu/07/x", "a\n");
    await athena.put("hot/eu/09/x", "b\n");
    await athena.put("hot/us/07/x", "c\n");
    await athena.succeed(
      `CREATE EXTERNAL TABLE hot (v string) PARTITIONED BY (place string, m string) LOCATION 's3://${DATA}/hot/'
       TBLPROPERTIES ('projection.enabled' = 'true', 'projection.place.type' = 'enum', 'projection.place.values' = 'eu,ap',
         'projection.m.type' = 'integer', 'projection.m.range' = '1,8', 'projection.m.digits' = '2',
         'storage.location.template' = 's3://${DATA}/hot/\${place}/\${m}')`,
    );
    expect(await athena.rows("SELECT * FROM hot")).to.deep.equal([["a", "eu", "07"]]);
  });

  it("read CSV as OpenCSVSerde does: backslashes escape, a line feed ends a row, missing fields are null", async () => {
    const serde = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'";
    await athena.put("lines/1", '"a\\"b","c\\\\d"\n"x""y"\n"open\nline",2\n');
    await athena.succeed(
      `CREATE EXTERNAL TABLE lines (a string, b string) ${serde} LOCATION 's3://${DATA}/lines/'`,
    );
    expect(await athena.rows("SELECT * FROM lines")).to.deep.equal([
      ['a"b', "c\\d"],
      ['x"y', null],
      ["open", null],
      ["line,2", null],
    ]);
    await athena.put("halves/1", "1;2\n;3\n");
    await athena.succeed(
      `CREATE EXTERNAL TABLE halves (a int, b string) ${serde} WITH SERDEPROPERTIES ('separatorChar' = ';') LOCATION 's3://${DATA}/halves/'`,
    );
    expect(await athena.rows("SELECT b FROM halves WHERE b = '2'")).to.deep.equal([["2"]]);
    expect(await athena.outcome("SELECT sum(a) FROM halves")).to.match(
      /^FAILED: HIVE_BAD_DATA: Error parsing field value '' for field a/,
    );
  });

  it("are refused by name for what the sandbox does not read", async () => {
    const location = `LOCATION 's3://${DATA}/x/'`;
    const refusals = {
      [`CREATE EXTERNAL TABLE x (a string) STORED AS ORC ${location}`]: "STORED AS ORC of Athena",
      [`CREATE EXTERNAL TABLE x (a string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' ${location}`]:
        "The SerDe org.openx.data.jsonserde.JsonSerDe",
      [`CREATE EXTERNAL TABLE x (a array<string>) STORED AS PARQUET ${location}`]:
        "The type array<string> of the column a",
      "SHOW CREATE TABLE x": "SHOW CREATE of Athena",
      "ALTER TABLE x DROP PARTITION (a = 1)": "ALTER TABLE DROP of Athena",
    };
    for (const [query, what] of Object.entries(refusals)) {
      expect(await failureOf(athena.start(query)), query).to.include({
        code: "NotImplemented",
        message: `The sandbox does not implement ${what}.`,
      });
    }
    const broken = await failureOf(athena.start("CREATE EXTERNAL TABLE x (a string)"));
    expect(broken.message).to.equal("line 1:35: mismatched input '<EOF>'. Expecting: 'LOCATION'");
  });
});
