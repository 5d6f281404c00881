/** `lockstep backfill --canary`: no job before a canary of this promise has arrived, through the command line on the real engine. */

import { ListObjectVersionsCommand, PutObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, type RoadRun } from "../helpers/road";

const SOURCE = "once-records";
const VAULT = "once-vault";
const RECORDS = { account: "source", bucket: SOURCE } as const;

describe("lockstep backfill --canary", function () {
  this.timeout(170_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.writeStack("dev", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [
        { name: "kept", vault: "primary", priority: 2, filter: { tags: { keep: "yes" } } },
        { name: "letters", vault: "primary", priority: 1, filter: { prefix: "letters/" } },
      ],
    });
    await road.runOk("up", "dev", "--yes");
  });
  after(() => road?.close());

  const ofType = (run: RoadRun, type: string) => run.events.filter((event) => event.type === type);
  const putOld = (key: string) => road.withoutReplication(RECORDS, () => road.put(RECORDS, key));
  async function canariesIn(account: "source" | "vault", Bucket: string): Promise<number> {
    const { Versions = [] } = await road.project
      .s3(account)
      .send(new ListObjectVersionsCommand({ Bucket }));
    return Versions.filter(({ Key }) => Key?.includes("lockstep-canary/")).length;
  }
  const setDefaultRetention = (Days: number) =>
    road.project.s3("vault").send(
      new PutObjectLockConfigurationCommand({
        Bucket: VAULT,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days } },
        },
      }),
    );

  it("makes no job where a canary arrives with a weaker lock, and names account and fix", async () => {
    await putOld("letters/old");
    await setDefaultRetention(1);
    const run = await road.run("backfill", "dev", "--canary", "--yes");
    expect(run.exitCode, run.stdout).to.equal(2);
    const [error] = ofType(run, "error");
    expect(error).to.include({ code: "PreflightFailed" });
    const [problem] = error?.["problems"] as readonly Record<string, string>[];
    expect(problem?.["path"]).to.contain(ACCOUNTS.vault.accountId);
    expect(problem?.["fix"]).to.contain("put-object-lock-configuration");
    expect(ofType(run, "job-created")).to.deep.equal([]);
    expect(ofType(await road.runOk("jobs", "dev"), "job")).to.deep.equal([]);
    await setDefaultRetention(30);
  });

  it("writes another one then, for each rule, and makes the job once they have arrived", async () => {
    const before = await canariesIn("source", SOURCE);
    const run = await road.run("backfill", "dev", "--canary", "--yes");
    expect(ofType(run, "canary-written"), run.stdout).to.have.length(2);
    expect(ofType(run, "finding").map(({ id }) => id)).to.include("canary-arrived");
    const types = run.events.map(({ type }) => type);
    expect(types.indexOf("canary-judged")).to.be.lessThan(types.indexOf("job-created"));
    expect(ofType(run, "job-created")).to.have.length(1);
    expect(await canariesIn("source", SOURCE)).to.equal(before + 2);
  });

  it("writes none for a promise that they have shown already", async () => {
    const before = await canariesIn("vault", VAULT);
    await putOld("letters/later");
    const run = await road.run("backfill", "dev", "--canary", "--yes");
    expect(ofType(run, "canary-written"), run.stdout).to.deep.equal([]);
    expect(ofType(run, "note").map(({ message }) => message)).to.include(
      `A canary of this promise has shown before that source ${SOURCE} replicates.`,
    );
    expect(ofType(run, "job-created")).to.have.length(1);
    expect(await canariesIn("vault", VAULT)).to.equal(before);
  });

  it("writes new ones for another promise", async () => {
    await road.writeStack("dev", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT },
          lock: { stage: "governance", retention: "31 days" },
        },
      ],
      rules: [{ name: "letters", vault: "primary", priority: 1, filter: { prefix: "letters/" } }],
    });
    await road.runOk("up", "dev", "--yes");
    const run = await road.run("backfill", "dev", "--canary", "--yes");
    expect(ofType(run, "canary-written"), run.stdout).to.have.length(1);
  });

  it("writes none with --yes alone, and nothing where nobody can be asked", async () => {
    const before = await canariesIn("source", SOURCE);
    await road.run("backfill", "dev", "--yes");
    const unasked = await road.run("backfill", "dev", "--canary");
    expect(unasked.exitCode).to.equal(2);
    expect(unasked.events[0]).to.include({ type: "error", code: "ConfirmationNeeded" });
    const alone = await road.run("backfill", "dev", "--yes", "--canary-timeout", "5");
    expect(alone.exitCode).to.equal(2);
    expect(alone.events[0]).to.include({ code: "ConfigInvalid" });
    expect(await canariesIn("source", SOURCE)).to.equal(before);
  });
});
