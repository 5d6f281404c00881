/** A report where whoever has the source has rewritten what it tells of jobs, by the command line on the real engine. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Report } from "../../automation/report/fields";
import { ACCOUNTS } from "../helpers/engine-project";
import { expectJunit } from "../helpers/junit-schema";
import { Road } from "../helpers/road";

const SOURCE = { account: "source", bucket: "told-records" } as const;
const FORGED = "gap/2\n0 failed, 0 unverifiable, 0 unprotected, 0 lapsed";
const CODE = "A".repeat(1_400_000);
const WORDS = "as the job's report at the source tells it";

describe("a report beside a source that lies", function () {
  this.timeout(600_000);
  let road: Road;
  let operations: string;

  before(async () => {
    road = await Road.start();
    await road.writeStack("test", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: "told-records-vault" },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    await road.runOk("up", "test", "--yes");
    await road.withoutReplication(SOURCE, () => road.put(SOURCE, "first"));
    await road.runOk("backfill", "test", "--yes");
    await road.withoutReplication(SOURCE, async () => {
      for (const key of ["gap/1", FORGED]) await road.put(SOURCE, key);
    });
    operations = await bucketWithLedger();
    await lie();
    // Older than what may still be on its way.
    road.project.sandbox.world.clock.advance(60 * 60 * 1000);
  });
  after(() => road?.close());

  const s3 = () => road.project.s3("source");
  const read = async (Key: string): Promise<string> => {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: operations, Key }));
    return (await Body?.transformToString()) ?? "";
  };
  const write = (Key: string, Body: string) =>
    s3().send(new PutObjectCommand({ Bucket: operations, Key, Body }));
  const keysOf = async (Bucket: string): Promise<readonly string[]> => {
    const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key }) => Key ?? "");
  };

  async function bucketWithLedger(): Promise<string> {
    const { Buckets = [] } = await s3().send(new ListBucketsCommand({}));
    for (const { Name = "" } of Buckets) {
      if ((await keysOf(Name)).some((key) => key.endsWith("backfill-000001.json"))) return Name;
    }
    throw new Error("no bucket has the ledger");
  }

  /** Rows of the source's own, with right MD5s, in a record that says that the job left something. */
  async function lie(): Promise<void> {
    const keys = await keysOf(operations);
    const find = (end: RegExp): string => {
      const found = keys.find((key) => end.test(key));
      if (found === undefined) throw new Error(`none of ${keys.join(", ")} ends with ${end}`);
      return found;
    };
    const ledger = find(/backfill-000001\.json$/);
    const record = JSON.parse(await read(ledger)) as Record<string, unknown>;
    const jobId = String(record["jobId"]);
    const manifestKey = find(new RegExp(`reports/job-${jobId}/manifest\\.json$`));
    const manifest = JSON.parse(await read(manifestKey)) as {
      Results: { TaskExecutionStatus: string; Key: string; MD5Checksum: string }[];
    };
    const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
    const row = async (key: string, code: string): Promise<string> => {
      const { VersionId } = await s3().send(
        new GetObjectCommand({ Bucket: SOURCE.bucket, Key: key }),
      );
      return `"${SOURCE.bucket}","${encodeURIComponent(key)}","${VersionId}","failed","500","${code}","no"\n`;
    };
    const rows = (await row("gap/1", CODE)) + (await row(FORGED, "DstPutObjectNotPermitted"));
    const [result] = manifest.Results;
    if (result === undefined) throw new Error("a report without a file");
    Object.assign(result, { TaskExecutionStatus: "failed", MD5Checksum: md5(rows) });
    await write(result.Key, rows);
    const text = JSON.stringify({ ...manifest, Results: [result] });
    await write(manifestKey, text);
    await write(`${manifestKey}.md5`, md5(text));
    const told = { outcome: "not-clean", state: "settled", approvedBy: "b".repeat(20_000) };
    await write(ledger, JSON.stringify({ ...record, ...told }));
    await write(ledger.replace("000001", "000002"), "{}");
  }

  const reportOf = async (format: string, ...flags: string[]): Promise<string> => {
    const run = await road.runForPeople("report", "test", "--format", format, ...flags);
    expect(run.exitCode, run.stderr).to.equal(1);
    return run.stdout;
  };

  it("stays small, and takes no code for one that looks like none", async () => {
    for (const format of ["html", "markdown", "junit", "json"]) {
      const text = await reportOf(format);
      expect(Buffer.byteLength(text), format).to.be.below(format === "html" ? 400_000 : 60_000);
      expect(text, format).to.contain("(another code)");
      expect(text, format).not.to.contain("A".repeat(100));
      expect(text, format).not.to.contain("b".repeat(301));
      expect(text.replaceAll("&#39;", "'"), format).to.contain(WORDS);
    }
  });

  it("lets no key write a line, and hides none of its signs", async () => {
    const junit = await reportOf("junit");
    expect(junit.match(/\d failed, 0 unverifiable/g)).to.have.length.greaterThan(1);
    for (const line of junit.split("\n")) expect(line).not.to.match(/^0 failed/);
    expect(junit).to.contain("gap/2\\u000a0 failed");
    await expectJunit(junit);
    expect(await reportOf("markdown")).to.contain("gap/2&#92;u000a0 failed");
  });

  it("tells what the ledger sets aside, and rows with the code and the lock of each version", async () => {
    const text = await reportOf("json", "--details", "rows.ndjson");
    const [source] = (JSON.parse(text) as Report).sources;
    expect(source?.jobsAside?.count).to.equal(1);
    expect(source?.jobsAside?.first[0]?.key).to.match(/backfill-000002\.json$/);
    expect(await reportOf("markdown")).to.contain(
      "1 file in the ledger's place is not believed".replace("'", "&#39;"),
    );
    const told = source?.looked?.causes.map(({ failureCode, toldBy }) => [failureCode, toldBy]);
    expect(told).to.have.deep.members([
      ["(another code)", "job-report"],
      ["DstPutObjectNotPermitted", "job-report"],
    ]);
    const lines = (await readFile(join(road.project.folder, "rows.ndjson"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const byKey = new Map(lines.map((line) => [line["key"], line]));
    expect(byKey.get("gap/1")).to.include({ failureCode: "(another code)", rule: "all" });
    expect(byKey.get(FORGED)).to.include({ failureCode: "DstPutObjectNotPermitted" });
    expect(byKey.get("first")).to.include({
      kind: "proven",
      sizeBytes: 5,
      rule: "all",
      storageClass: "STANDARD",
      lockMode: "GOVERNANCE",
    });
    expect(byKey.get("first")).not.to.have.property("failureCode");
  });
});
