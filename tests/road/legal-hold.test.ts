/**
 * A legal hold that is lifted at the source: the vault does not let go of it, so S3 marks the source version FAILED. What is in
 * the vault is stricter than the source by then, and stays proven.
 */

import { HeadObjectCommand, PutObjectCommand, PutObjectLegalHoldCommand } from "@aws-sdk/client-s3";
import { ListJobsCommand } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { Road } from "../helpers/road";

const SOURCE = "held-records";
const VAULT = "held-vault";

describe("a legal hold lifted at the source", function () {
  this.timeout(300_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.writeStack("dev", {
      source: {
        ...ACCOUNTS.source,
        bucket: { name: SOURCE, objectLock: { mode: "GOVERNANCE", retention: "31 days" } },
      },
      vaults: [
        {
          name: "v",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "v" }],
    });
    await road.runOk("up", "dev", "--yes");
    const s3 = road.project.s3("source");
    await s3.send(
      new PutObjectCommand({
        Bucket: SOURCE,
        Key: "a",
        Body: "a",
        ObjectLockLegalHoldStatus: "ON",
      }),
    );
    await road.arrived({ account: "vault", bucket: VAULT }, "a");
    await s3.send(
      new PutObjectLegalHoldCommand({ Bucket: SOURCE, Key: "a", LegalHold: { Status: "OFF" } }),
    );
    await eventually(async () => {
      const { ReplicationStatus } = await s3.send(
        new HeadObjectCommand({ Bucket: SOURCE, Key: "a" }),
      );
      expect(ReplicationStatus).to.equal("FAILED");
    });
  });
  after(() => road?.close());

  it("stays on in the vault", async () => {
    const head = await road.arrived({ account: "vault", bucket: VAULT }, "a");
    expect(head.ObjectLockLegalHoldStatus).to.equal("ON");
  });

  it("leaves the version proven, its status at the source named", async () => {
    const run = await road.runOk("verify", "dev");
    const verdict = run.events.at(-1);
    expect(verdict).to.include({ type: "verdict", clean: true, proven: 1, failed: 0 });
    expect(verdict).to.include({ sourceFailedCount: 1 });
    const [failed] = verdict?.["sourceFailed"] as { key: string }[];
    expect(failed?.key).to.equal("a");
  });

  it("is no work for a job, however often a backfill is asked for", async () => {
    for (const time of ["first", "second"]) {
      const run = await road.runOk("backfill", "dev", "--yes");
      expect(run.events.at(-1), time).to.include({ type: "verdict", clean: true, proven: 1 });
    }
    const { Jobs } = await road
      .s3control("source")
      .send(new ListJobsCommand({ AccountId: ACCOUNTS.source.accountId }));
    expect(Jobs).to.deep.equal([]);
  });
});
