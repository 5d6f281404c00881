import { CreateJobCommand } from "@aws-sdk/client-s3-control";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  DeleteObjectCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { AthenaFixture, DATA } from "./fixture";

const DAY_MS = 86_400_000;
const HOME = "111111111111";
const ROLE = `arn:aws:iam::${HOME}:role/batch`;
/** Keys that a reader of CSV or of URLs may get wrong. */
const ODD_KEYS = ['a,b "c"', "line\nfeed", "100%25 +plus&", "ünïcode/", "plain"];

/**
 * The statement of the User Guide, for the fields of these inventories.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html
 */
function inventoryTable(
  name: string,
  id: string,
  serde: string,
  kinds: Record<string, string>,
): string {
  return `CREATE EXTERNAL TABLE ${name}(
      bucket string, key string, version_id string, is_latest boolean, is_delete_marker boolean,
      size ${kinds["size"]}, last_modified_date ${kinds["time"]}, e_tag string
    ) PARTITIONED BY (dt string)
    ROW FORMAT SERDE '${serde}'
    STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'
    OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat'
    LOCATION 's3://${DATA}/inventories/listed/${id}/hive/'
    TBLPROPERTIES (
      "projection.enabled" = "true",
      "projection.dt.type" = "date",
      "projection.dt.format" = "yyyy-MM-dd-HH-mm",
      "projection.dt.range" = "2026-01-01-00-00,NOW",
      "projection.dt.interval" = "1",
      "projection.dt.interval.unit" = "HOURS"
    )`;
}

describe("Athena over inventories and reports", () => {
  const sandbox = useSandboxWithManualClock();
  let athena: AthenaFixture;
  const days: string[] = [];

  before(async () => {
    athena = new AthenaFixture(sandbox());
    await athena.buckets();
    const s3 = sandbox().s3();
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: DATA,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { Service: "s3.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: `arn:aws:s3:::${DATA}/*`,
          },
        }),
      }),
    );
    await athena.bucket("listed");
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: "listed",
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    for (const Key of ODD_KEYS) {
      await s3.send(new PutObjectCommand({ Bucket: "listed", Key, Body: Key }));
    }
    await s3.send(new DeleteObjectCommand({ Bucket: "listed", Key: "plain" }));
    for (const Format of ["CSV", "Parquet"] as const) {
      await s3.send(
        new PutBucketInventoryConfigurationCommand({
          Bucket: "listed",
          Id: Format.toLowerCase(),
          InventoryConfiguration: {
            Id: Format.toLowerCase(),
            IsEnabled: true,
            IncludedObjectVersions: "All",
            Schedule: { Frequency: "Daily" },
            OptionalFields: ["Size", "LastModifiedDate", "ETag"],
            Destination: {
              S3BucketDestination: {
                Bucket: `arn:aws:s3:::${DATA}`,
                Prefix: "inventories",
                Format,
              },
            },
          },
        }),
      );
    }
    for (let day = 1; day <= 2; day++) {
      sandbox().clock.advance(DAY_MS);
      const now = new Date(sandbox().clock.nowEpochMs());
      days.push(`${now.toISOString().slice(0, 10)}-00-00`);
      await s3.send(new PutObjectCommand({ Bucket: "listed", Key: `later-${day}`, Body: "x" }));
    }
    await athena.succeed(
      inventoryTable("csv_list", "csv", "org.apache.hadoop.hive.serde2.OpenCSVSerde", {
        size: "string",
        time: "string",
      }),
    );
    await athena.succeed(
      inventoryTable(
        "parquet_list",
        "parquet",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        {
          size: "bigint",
          time: "bigint",
        },
      ),
    );
  });

  it("finds each day's list by the projection of its partitions, and reads no other day's", async () => {
    const count = "SELECT dt, count(*) FROM csv_list GROUP BY dt ORDER BY dt";
    expect(await athena.rows(count)).to.deep.equal([
      [days[0], "6"],
      [days[1], "7"],
    ]);
    const all = await athena.succeed(count);
    const one = await athena.succeed(`SELECT count(*) FROM csv_list WHERE dt = '${days[0]}'`);
    const [allBytes = 0, oneBytes = 0] = [all, one].map(
      (run) => run.Statistics?.DataScannedInBytes,
    );
    expect(oneBytes).to.be.greaterThan(0).and.lessThan(allBytes);
    const none = await athena.succeed(
      "SELECT count(*) FROM csv_list WHERE dt = '2026-07-30-00-00'",
    );
    expect(none.Statistics?.DataScannedInBytes).to.equal(0);
  });

  it("has the same rows from CSV, whose keys are encoded, and from Parquet", async () => {
    const where = `dt = '${days[0]}' AND is_latest AND NOT is_delete_marker`;
    const csv = await athena.rows(
      `SELECT url_decode(key), cast(size AS bigint), e_tag FROM csv_list WHERE ${where} ORDER BY 1`,
    );
    const parquet = await athena.rows(
      `SELECT key, size, e_tag FROM parquet_list WHERE ${where} ORDER BY 1`,
    );
    expect(csv).to.deep.equal(parquet);
    expect(csv.map(([key]) => key)).to.have.members(ODD_KEYS.filter((key) => key !== "plain"));
    const [time] = await athena.rows(
      `SELECT p.last_modified_date, to_unixtime(from_iso8601_timestamp(c.last_modified_date)) * 1000 = p.last_modified_date
       FROM csv_list c JOIN parquet_list p ON url_decode(c.key) = p.key AND c.version_id = p.version_id
       WHERE c.dt = '${days[0]}' AND p.dt = c.dt AND p.key = 'plain' AND NOT p.is_delete_marker`,
    );
    expect(time?.[0]).to.match(/^1785/);
    expect(time?.[1]).to.equal("true");
  });

  it("counts of Parquet only the columns that a query reads", async () => {
    const scanned = async (query: string) =>
      (await athena.succeed(query)).Statistics?.DataScannedInBytes ?? -1;
    const where = `WHERE dt = '${days[0]}'`;
    const nothing = await scanned(`SELECT count(*) FROM parquet_list ${where}`);
    const oneColumn = await scanned(`SELECT max(size) FROM parquet_list ${where}`);
    const all = await scanned(`SELECT * FROM parquet_list ${where}`);
    expect(nothing).to.equal(0);
    expect(oneColumn)
      .to.be.greaterThan(0)
      .and.lessThan(all / 2);
  });

  it("joins an inventory with the report of a batch job", async () => {
    const jobId = await batchJob();
    await athena.succeed(
      `CREATE EXTERNAL TABLE report (bucket string, key string, version_id string, task_status string,
         error_code string, http_status_code string, result_message string)
       ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
       LOCATION 's3://${DATA}/reports/job-${jobId}/results/'`,
    );
    const rows = await athena.rows(
      `SELECT url_decode(l.key), r.task_status FROM csv_list l
       LEFT JOIN report r ON r.key = l.key AND r.version_id = l.version_id
       WHERE l.dt = '${days[1]}' AND l.is_latest AND NOT l.is_delete_marker ORDER BY 1`,
    );
    const expected = ["later-1", ...ODD_KEYS.filter((key) => key !== "plain")];
    expect(rows).to.have.deep.members(
      expected.map((key) => [key, key === "later-1" ? null : "succeeded"]),
    );
    const missing = await athena.rows(
      `WITH listed AS (SELECT key, version_id FROM csv_list WHERE dt = '${days[1]}' AND is_latest AND NOT is_delete_marker)
       SELECT key FROM listed WHERE NOT EXISTS (SELECT 1 FROM report WHERE report.key = listed.key)`,
    );
    expect(missing).to.deep.equal([["later-1"]]);
  });

  /** Computes the checksums of what was there on the first day. */
  async function batchJob(): Promise<string> {
    const trust = {
      Effect: "Allow",
      Principal: { Service: "batchoperations.s3.amazonaws.com" },
      Action: "sts:AssumeRole",
    };
    const rights = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    const policy = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
    const iam = sandbox().iam();
    await iam.send(
      new CreateRoleCommand({ RoleName: "batch", AssumeRolePolicyDocument: policy(trust) }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "batch",
        PolicyName: "rights",
        PolicyDocument: policy(rights),
      }),
    );
    const objects = await athena.keys(`inventories/listed/csv/${days[0]?.slice(0, 10)}`);
    const manifest = objects.find(({ key }) => key.endsWith("manifest.json"));
    const { JobId = "" } = await sandbox()
      .s3control()
      .send(
        new CreateJobCommand({
          AccountId: HOME,
          ClientRequestToken: "report",
          ConfirmationRequired: false,
          Priority: 1,
          RoleArn: ROLE,
          Operation: { S3ComputeObjectChecksum: { ChecksumAlgorithm: "SHA256" } },
          Manifest: {
            Spec: { Format: "S3InventoryReport_CSV_20161130" },
            Location: { ObjectArn: `arn:aws:s3:::${DATA}/${manifest?.key}`, ETag: manifest?.etag },
          },
          Report: {
            Enabled: true,
            Bucket: `arn:aws:s3:::${DATA}`,
            Prefix: "reports",
            ExpectedBucketOwner: HOME,
            Format: "Report_CSV_20180820",
            ReportScope: "AllTasks",
          },
        }),
      );
    sandbox().clock.advance(60_000);
    return JobId;
  }
});
