import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { JobIntent } from "../../automation/backfill/intent";
import { Ledger } from "../../automation/backfill/ledger";
import { startSandbox, type Sandbox } from "../../sandbox";

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
    ledger = new Ledger(s3, "lockstep-ops", "ledger/");
  });
  afterEach(async () => {
    s3.destroy();
    await sandbox.close();
  });

  it("is empty at first", async () => {
    expect(await ledger.latest()).to.equal(undefined);
  });

  it("lets one of two desks write an intent, and the other one read it", async () => {
    const other = { ...intent, priority: 99 };
    const [mine, theirs] = await Promise.all([ledger.intend(intent), ledger.intend(other)]);
    expect(mine).to.deep.equal(theirs);
    expect((await ledger.latest())?.record).to.deep.equal(mine.record);
  });

  it("gives the highest number as the latest", async () => {
    for (const sequence of [1, 2, 10]) await ledger.intend({ ...intent, sequence });
    expect((await ledger.latest())?.record.intent.sequence).to.equal(10);
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
    const first = await ledger.update(entry, { state: "created", jobId: "job" });
    const again = await ledger.update(entry, { state: "created", jobId: "job" });
    expect(again).to.deep.equal(first);
  });
});
