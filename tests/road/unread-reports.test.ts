/**
 * Reports of earlier jobs that whoever has the source keeps from being read, by the command line on the real engine: the verdict loses a
 * better word by it, and nothing else.
 */

import { join } from "node:path";
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { md5Of, type ReportManifest } from "../helpers/operations-files";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "unread-records" } as const;
const VAULT = "unread-records-vault";
interface Policy {
  Version: string;
  Statement: object[];
}

describe("a source that hides the reports of its jobs", function () {
  this.timeout(600_000);
  let road: Road;
  let operations: string;
  let jobId: string;
  let partKey: string;

  before(async () => {
    road = await Road.start();
    await road.writeStack("test", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
      backfill: { trial: false },
    });
    await road.runOk("up", "test", "--yes");
    await road.withoutReplication(SOURCE, async () => {
      for (const key of ["kept/1", "refused/1"]) await road.put(SOURCE, key);
    });
    await changePolicy(road.project.s3("vault"), VAULT, {
      Sid: "Refuses",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:ReplicateObject",
      Resource: `arn:aws:s3:::${VAULT}/refused/*`,
    });
    const run = await road.run("backfill", "test", "--yes");
    expect(run.exitCode, run.stdout).to.equal(1);
    jobId = String(verdictsOf(run).at(-1)?.["jobId"]);
    operations = await bucketWithLedger();
    const { Results } = await manifestOf();
    const failed = Results.find((one) => one.TaskExecutionStatus === "failed");
    partKey = failed?.Key ?? "";
  });
  after(() => road?.close());

  const s3 = () => road.project.s3("source");
  const read = async (Key: string): Promise<string> => {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: operations, Key }));
    return (await Body?.transformToString()) ?? "";
  };
  const write = (Key: string, Body: string, StorageClass: "DEEP_ARCHIVE" | "STANDARD") =>
    s3().send(new PutObjectCommand({ Bucket: operations, Key, Body, StorageClass }));
  const manifestKey = (): string => `reports/job-${jobId}/manifest.json`;
  const manifestOf = async () => JSON.parse(await read(manifestKey())) as ReportManifest;

  async function bucketWithLedger(): Promise<string> {
    const { Buckets = [] } = await s3().send(new ListBucketsCommand({}));
    for (const { Name = "" } of Buckets) {
      const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket: Name }));
      if (Contents.some(({ Key }) => Key?.endsWith("backfill-000001.json"))) return Name;
    }
    throw new Error("no bucket has the ledger");
  }

  /** @returns what was there before, or nothing */
  async function changePolicy(
    client: ReturnType<typeof s3>,
    Bucket: string,
    statement: object,
  ): Promise<string> {
    const { Policy = "" } = await client.send(new GetBucketPolicyCommand({ Bucket }));
    const { Statement, Version } = JSON.parse(Policy) as Policy;
    const changed = JSON.stringify({ Version, Statement: [...Statement, statement] });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: changed }));
    return Policy;
  }

  const warningsOf = ({ events }: RoadRun): readonly string[] =>
    events
      .filter(({ code, type }) => type === "warning" && code === "ReportUnreadable")
      .map(({ message }) => String(message));

  /** Every command that reads them has its verdict or answer, and names job and file. */
  async function told(...words: readonly (string | RegExp)[]): Promise<void> {
    for (const [command, ...flags] of [
      ["verify", "--level", "full"],
      ["report", "--format", "json", "--out", join(road.project.folder, "report.json")],
      ["backfill", "--yes"],
      ["lineage", "refused/1"],
    ] as const) {
      const run = await road.run(command, "test", ...flags);
      const error = run.events.find(({ type }) => type === "error");
      expect(error, `${command}: ${run.stdout}`).to.equal(undefined);
      if (command === "lineage") expect(run.exitCode).to.equal(0);
      else expect(run.exitCode, command).to.equal(1);
      if (command === "verify" || command === "backfill") {
        expect(verdictsOf(run).at(-1), command).to.include({ clean: false, proven: 1, failed: 1 });
      }
      const warnings = warningsOf(run).join("\n");
      for (const word of [jobId, ...words]) expect(warnings, command).to.match(asPattern(word));
    }
  }
  const asPattern = (word: string | RegExp): RegExp =>
    typeof word === "string" ? new RegExp(word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")) : word;

  for (const which of ["part", "manifest.json"] as const) {
    it(`has no verdict taken away by an archived ${which}, and is told to restore it`, async () => {
      const key = which === "part" ? partKey : manifestKey();
      const text = await read(key);
      await write(key, text, "DEEP_ARCHIVE");
      await told(key, "is archived (DEEP_ARCHIVE): restore it first");
      await write(key, text, "STANDARD");
    });
  }

  it("has no verdict taken away by a denial", async () => {
    const before = await changePolicy(s3(), operations, {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${operations}/reports/job-${jobId}/*`,
    });
    try {
      await told(manifestKey(), /AccessDenied.*HTTP 403/);
    } finally {
      await s3().send(new PutBucketPolicyCommand({ Bucket: operations, Policy: before }));
    }
  });

  it("drops no row silently: a byte order mark is refused, and rows of another bucket are counted", async () => {
    const whole = await read(partKey);
    const manifest = await manifestOf();
    const rewrite = async (text: string): Promise<void> => {
      await write(partKey, text, "STANDARD");
      const Results = manifest.Results.map((one) =>
        one.Key === partKey ? { ...one, MD5Checksum: md5Of(text) } : one,
      );
      const changed = JSON.stringify({ ...manifest, Results });
      await write(manifestKey(), changed, "STANDARD");
      await write(`${manifestKey()}.md5`, md5Of(changed), "STANDARD");
    };
    await rewrite(`\ufeff${whole}`);
    await told(partKey, "begins with a byte order mark");
    await rewrite(`${whole}${whole.replaceAll(SOURCE.bucket, "others-records")}`);
    const run = await road.run("verify", "test", "--level", "full");
    expect(warningsOf(run)).to.deep.equal([
      `The report of job ${jobId} has 1 row of another bucket, left out here: the first is of "others-records", in ${partKey}`,
    ]);
    await rewrite(whole);
    expect(warningsOf(await road.run("verify", "test", "--level", "full"))).to.deep.equal([]);
  });
});
