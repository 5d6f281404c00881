import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { JobIntent } from "../../automation/backfill/intent";
import { Ledger } from "../../automation/backfill/ledger";
import { forEachConcurrently } from "../../automation/concurrency";
import { startSandbox, type Sandbox } from "lockstep-sandbox";

const intent: JobIntent = {
  sequence: 1,
  accountId: "111111111111",
  region: "eu-west-1",
  sourceBucketArn: "arn:aws:s3:::src",
  operationsBucketArn: "arn:aws:s3:::lockstep-ops",
  manifestPrefix: "manifests",
  reportPrefix: "reports",
  reportScope: "AllTasks",
  roleArn: "arn:aws:iam::111111111111:role/batch",
  priority: 10,
  replicationStatuses: ["NONE", "FAILED"],
};

describe("Ledger", () => {
  let sandbox: Sandbox;
  let s3: S3Client;
  let ledger: Ledger;

  beforeEach(async () => {
    sandbox = await startSandbox();
    const [account] = sandbox.accounts;
    if (account === undefined) throw new Error("no account");
    s3 = new S3Client({
      endpoint: sandbox.endpoint,
      region: account.region,
      credentials: account,
      forcePathStyle: true,
    });
    const place = { LocationConstraint: "eu-west-1" } as const;
    await s3.send(
      new CreateBucketCommand({ Bucket: "lockstep-ops", CreateBucketConfiguration: place }),
    );
    ledger = new Ledger(s3, "lockstep-ops", "ledger/", intent);
  });
  afterEach(async () => {
    s3.destroy();
    await sandbox.close();
  });

  const latest = async () => (await ledger.open()).entries[0];
  const put = (key: string, content: unknown): Promise<unknown> =>
    s3.send(
      new PutObjectCommand({
        Bucket: "lockstep-ops",
        Key: key,
        Body: typeof content === "string" ? content : JSON.stringify(content),
      }),
    );

  it("is empty at first", async () => {
    expect(await ledger.open()).to.deep.equal({ entries: [], aside: [], nextSequence: 1 });
  });

  it("lets one of two desks write an intent, and the other one read it", async () => {
    const other = { ...intent, priority: 99 };
    const [mine, theirs] = await Promise.all([ledger.intend(intent), ledger.intend(other)]);
    expect(mine).to.deep.equal(theirs);
    expect((await latest())?.record).to.deep.equal(mine.record);
  });

  it("gives the highest number as the latest", async () => {
    for (const sequence of [1, 2, 10]) await ledger.intend({ ...intent, sequence });
    expect((await latest())?.record.intent.sequence).to.equal(10);
  });

  it("refuses a change of a record that somebody else has changed since", async () => {
    const entry = await ledger.intend(intent);
    await ledger.update(entry, { state: "created", jobId: "theirs" });
    const error = await ledger
      .update(entry, { state: "created", jobId: "mine" })
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "LedgerConflict");
    const stored = await s3.send(new GetObjectCommand({ Bucket: "lockstep-ops", Key: entry.key }));
    expect(await stored.Body?.transformToString()).to.include('"theirs"');
  });

  it("takes a change that is there already, as after a lost reply", async () => {
    const entry = await ledger.intend(intent);
    const first = await ledger.update(entry, { state: "created", jobId: "job-1" });
    const again = await ledger.update(entry, { state: "created", jobId: "job-1" });
    expect(again).to.deep.equal(first);
  });

  it("takes the same job further along for its note, and no other job", async () => {
    const entry = await ledger.intend(intent);
    const created = await ledger.noteJob(entry, "job-1");
    const settled = await ledger.update(created, { state: "settled", outcome: "clean" });
    expect(await ledger.noteJob(entry, "job-1")).to.deep.equal(settled);
    const error = await ledger.noteJob(entry, "job-2").catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "LedgerConflict");
  });

  it("sees records beyond the first page of a listing", async function () {
    this.timeout(60_000);
    const settled = { version: 1, state: "settled", outcome: "clean" };
    const sequences = Array.from({ length: 1_005 }, (_, index) => index + 1);
    await forEachConcurrently(sequences, { limit: 32 }, async (sequence) => {
      const number = String(sequence).padStart(6, "0");
      await put(`ledger/backfill-${number}.json`, { ...settled, intent: { ...intent, sequence } });
    });
    const pages = await ledger.open();
    expect(pages.entries[0]?.record.intent.sequence).to.equal(1_005);
    expect(pages.nextSequence).to.equal(1_006);
    expect(pages.aside).to.deep.equal([]);
  });

  const record = { version: 1, intent, state: "created", jobId: "job-1" };
  const torn = readFileSync(join(__dirname, "..", "cases", "ledger-torn.json"), "utf8");
  for (const [what, content, words] of [
    ["is torn", torn, "not JSON"],
    ["is blank", "\n", "not JSON"],
    ["is no record", { version: 1 }, "no record: intent"],
    ["is of a later version", { ...record, version: 2 }, "no record: version"],
    [
      "has another number than its name",
      { ...record, intent: { ...intent, sequence: 2 } },
      "number 2",
    ],
    [
      "is for another bucket",
      { ...record, intent: { ...intent, sourceBucketArn: "arn:aws:s3:::theirs" } },
      "sourceBucketArn is arn:aws:s3:::theirs",
    ],
    [
      "reports elsewhere",
      { ...record, intent: { ...intent, operationsBucketArn: "arn:aws:s3:::theirs" } },
      "operationsBucketArn",
    ],
    [
      "is of another account",
      { ...record, intent: { ...intent, accountId: "999999999999" } },
      "accountId",
    ],
    ["is of another Region", { ...record, intent: { ...intent, region: "us-east-1" } }, "region"],
    [
      "has another role",
      { ...record, intent: { ...intent, roleArn: "arn:aws:iam::111111111111:role/admin" } },
      "roleArn",
    ],
    [
      "keeps its manifest elsewhere",
      { ...record, intent: { ...intent, manifestPrefix: "theirs" } },
      "manifestPrefix",
    ],
    [
      "keeps its report elsewhere",
      { ...record, intent: { ...intent, reportPrefix: "theirs" } },
      "reportPrefix",
    ],
    [
      "asks for statuses that there are not",
      { ...record, intent: { ...intent, replicationStatuses: ["ALL"] } },
      "no record",
    ],
    ["names a job that would be a path", { ...record, jobId: "../../etc" }, "no record: jobId"],
    [
      "has a manifest that is none of ours",
      {
        ...record,
        intent: {
          ...intent,
          manifest: {
            key: "theirs.csv",
            etag: "0".repeat(32),
            versionsCount: 1,
            sha256: "0".repeat(64),
          },
        },
      },
      "manifest theirs.csv",
    ],
    ["is as large as no record is", JSON.stringify(record).padEnd(70_000), "70000 bytes"],
  ] as const) {
    it(`sets aside a record that ${what}, and goes on beside it`, async () => {
      await put("ledger/backfill-000001.json", content);
      const pages = await ledger.open();
      expect(pages.entries).to.deep.equal([]);
      expect(pages.aside.map(({ key }) => key)).to.deep.equal(["ledger/backfill-000001.json"]);
      expect(pages.aside[0]?.why).to.include(words);
      expect(pages.nextSequence).to.equal(2);
      await ledger.intend({ ...intent, sequence: 2 });
      expect((await latest())?.record.intent.sequence).to.equal(2);
    });
  }

  it("sets aside files of others, and does not let one use up the numbers", async () => {
    await ledger.intend(intent);
    const others = [
      "ledger/readme.txt",
      "ledger/backfill-1.json",
      "ledger/backfill-000000.json",
      "ledger/backfill-0000002.json",
      "ledger/backfill-999999.json",
      "ledger/backfill-999999999999.json",
    ];
    for (const key of others) await put(key, "theirs");
    const pages = await ledger.open();
    expect(pages.entries.map(({ record: { intent: one } }) => one.sequence)).to.deep.equal([1]);
    expect(pages.aside.map(({ key }) => key)).to.have.members(others);
    expect(pages.nextSequence).to.equal(2);
  });

  it("reads a record of an earlier version, which has no manifest", async () => {
    await put("ledger/backfill-000001.json", record);
    expect((await latest())?.record).to.deep.equal(record);
  });

  it("writes the record of a job that runs already in one go", async () => {
    const entry = await ledger.adopt(intent, "job-1");
    expect(entry.record).to.deep.include({ state: "created", jobId: "job-1" });
    expect(await latest()).to.deep.equal(entry);
  });

  it("does not write over a file that came in between", async () => {
    await put("ledger/backfill-000001.json", "theirs");
    const error = await ledger.intend(intent).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "LedgerConflict");
  });
});
