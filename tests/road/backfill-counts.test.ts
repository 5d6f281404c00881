/** What a backfill says of its counts where nothing is lost, or all is, by the command line on the real engine. */

import {
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "counted-records" } as const;
const VAULT = "counted-records-vault";
const OPERATIONS = "lockstep-ops-counted-records";

describe("the counts of a backfill", function () {
  this.timeout(600_000);
  let road: Road;

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
  });
  after(() => road?.close());

  const s3 = () => road.project.s3("source");
  const putAside = (...keys: readonly string[]) =>
    road.withoutReplication(SOURCE, async () => {
      for (const key of keys) await road.put(SOURCE, key);
    });
  const deleteForGood = async (Prefix: string): Promise<void> => {
    const { bucket: Bucket } = SOURCE;
    const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    expect(Versions).to.have.length(1);
    for (const { Key, VersionId } of Versions) {
      await s3().send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
  };
  const keysUnder = async (Prefix: string): Promise<readonly string[]> => {
    const { Contents = [] } = await s3().send(
      new ListObjectsV2Command({ Bucket: OPERATIONS, Prefix }),
    );
    return Contents.map(({ Key }) => Key ?? "");
  };
  /** The last job is judged once more by the next run. */
  const reopen = async (): Promise<void> => {
    const Key = (await keysUnder("ledger/backfill-")).at(-1) ?? "";
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: OPERATIONS, Key }));
    const record = JSON.parse((await Body?.transformToString()) ?? "") as object;
    const text = JSON.stringify({ ...record, state: "approved", outcome: undefined });
    await s3().send(new PutObjectCommand({ Bucket: OPERATIONS, Key, Body: text }));
  };
  const last = (run: RoadRun) => verdictsOf(run).at(-1) ?? {};

  it("agree where nothing could be brought: that nothing is proven is another matter", async () => {
    const vault = road.project.s3("vault");
    const { Policy = "{}" } = await vault.send(new GetBucketPolicyCommand({ Bucket: VAULT }));
    const policy = JSON.parse(Policy) as { Statement: object[] };
    const denial = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:ReplicateObject",
      Resource: `arn:aws:s3:::${VAULT}/*`,
    };
    const denied = JSON.stringify({ ...policy, Statement: [...policy.Statement, denial] });
    await vault.send(new PutBucketPolicyCommand({ Bucket: VAULT, Policy: denied }));
    await putAside("m/1", "m/2");
    const run = await road.runForPeople("backfill", "test", "--yes");
    expect(run.exitCode).to.equal(1);
    expect(run.stdout)
      .to.contain("counts: manifest 2, job 2, report 2, vault 0: failed tasks and the report's")
      .and.to.contain("nothing is proven")
      .and.not.to.contain("DISAGREE");
    await vault.send(new PutBucketPolicyCommand({ Bucket: VAULT, Policy }));
  });

  it("agree where the source deletes a version while its job awaits approval", async () => {
    const planned = await road.run("backfill", "test", "--plan-hash", "0000000000000000");
    expect(planned.events.find(({ type }) => type === "error")).to.include({ code: "PlanChanged" });
    await deleteForGood("m/2");
    const run = await road.run("backfill", "test", "--yes");
    expect(run.exitCode, run.stdout).to.equal(0);
    expect(last(run)).to.deep.include({
      clean: true,
      proven: 1,
      disagreements: [],
      goneSince: { count: 1, succeededCount: 0, atVaultCount: 0 },
    });
  });

  it("agree where the source deletes a version that has arrived", async () => {
    await putAside("n/1", "n/2");
    await road.runOk("backfill", "test", "--yes");
    await deleteForGood("n/2");
    await reopen();
    const run = await road.runForPeople("backfill", "test", "--yes");
    expect(run.exitCode, run.stdout).to.equal(0);
    expect(run.stdout)
      .to.contain("Verdict: clean")
      .and.to.contain("manifest 2, job 2, report 2, vault 1: failed tasks, the report's scope and")
      .and.to.contain(
        "gone from the source since the job was made: 1 version; the tasks of 1 succeeded, 1 at the vaults",
      );
  });

  it("could not be had where a part of the report is gone, which is told before it is waited for", async () => {
    await putAside("o/1");
    const run = await road.runOk("backfill", "test", "--yes");
    const jobId = String(last(run)["jobId"]);
    const [Key = ""] = await keysUnder(`reports/job-${jobId}/results/`);
    await s3().send(new DeleteObjectCommand({ Bucket: OPERATIONS, Key }));
    await reopen();
    const again = await road.runForPeople("backfill", "test", "--yes");
    expect(again.exitCode).to.equal(1);
    expect(`${again.stderr}\n${again.stdout}`)
      .to.contain(`waiting, at most 10 s: the job's report is not whole, there is no ${Key}`)
      .and.to.contain("counts: manifest 1, job 1, report ?, vault 1: not all could be had")
      .and.to.contain(`the report of the job ${jobId} cannot be read: There is no ${Key}`)
      .and.not.to.contain("there is no report to count");
  });
});
