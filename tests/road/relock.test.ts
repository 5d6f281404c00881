/** Locks that are brought up to the promise, from the stack file to the replica: on the real engine, by the command line. */

import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { relockRoleName } from "../../components/derived-names";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, type RoadRun, verdictsOf } from "../helpers/road";

const SOURCE = { account: "source", bucket: "relocked-records" } as const;
const VAULT = { account: "vault", bucket: "relocked-vault" } as const;
const DAY_MS = 86_400_000;

describe("lockstep relock", function () {
  this.timeout(600_000);
  let road: Road;
  let vault: S3Client;
  let iam: IAMClient;

  before(async () => {
    road = await Road.start();
    vault = road.project.s3("vault");
    iam = new IAMClient(road.project.clientOptions("vault"));
  });
  after(async () => {
    vault?.destroy();
    iam?.destroy();
    await road?.close();
  });

  const write = (lock: object, relock?: boolean) =>
    road.writeStack("test", {
      source: {
        ...ACCOUNTS.source,
        bucket: {
          name: SOURCE.bucket,
          objectLock: { mode: "GOVERNANCE", retention: "2 days" },
        },
      },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT.bucket },
          lock,
          ...(relock === undefined ? {} : { relock }),
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });

  const lockOf = async (Key: string) => {
    const { ObjectLockMode, ObjectLockRetainUntilDate: until } = await vault.send(
      new HeadObjectCommand({ Bucket: VAULT.bucket, Key }),
    );
    return { mode: ObjectLockMode, days: ((until?.getTime() ?? 0) - Date.now()) / DAY_MS };
  };

  const endOf = (run: RoadRun) => {
    const { type, extended, enoughAlready, failed } = run.events.at(-1) as Record<string, unknown>;
    return { type, extended, enoughAlready, failed };
  };

  it("is refused by name where no vault lets locks be extended, and nobody may bypass", async () => {
    await write({ stage: "governance", retention: "2 days" });
    await road.runOk("up", "test", "--yes");
    for (const key of ["a", "b c"]) {
      await road.put(SOURCE, key);
      await road.arrived(VAULT, key);
    }
    const run = await road.run("relock", "test", "--yes");
    expect(run.exitCode).to.equal(2);
    expect(run.events.at(-1)).to.include({ type: "error", code: "ConfigInvalid" });
    expect(JSON.stringify(run.events.at(-1))).to.contain("relock: true");
    await write({ stage: "governance", retention: "2 days" }, true);
    const early = await road.run("relock", "test", "--yes");
    expect(early.events.at(-1)).to.include({ code: "StackOutOfDate" });
  });

  it("extends what a source's weaker lock left short, and a retention that was raised later", async () => {
    await write({ stage: "governance", retention: "10 days" }, true);
    await road.runOk("up", "test", "--yes");
    const short = verdictsOf(await road.run("verify", "test")).at(-1);
    expect(short).to.deep.include({ clean: false, failed: 2 });
    const declined = await road.run("relock", "test", "--non-interactive");
    // The plan and its price are told to whoever only wants to see them.
    expect(declined.exitCode).to.equal(2);
    expect(declined.events.map(({ type }) => type)).to.include("relock-plan");
    expect(declined.events.at(-1)).to.include({ code: "ConfirmationNeeded" });
    expect(declined.events.at(-1)?.["message"]).to.match(/locks of 2 versions by 1 job for USD/);
    expect((await lockOf("a")).days).to.be.below(3);
    const run = await road.runOk("relock", "test", "--yes");
    expect(endOf(run)).to.deep.equal({
      type: "relock",
      extended: 2,
      enoughAlready: 0,
      failed: 0,
    });
    expect(run.events.map(({ type }) => type)).to.include.members(["relock-plan", "job-created"]);
    const { days, mode } = await lockOf("b c");
    expect(mode).to.equal("GOVERNANCE");
    expect(days).to.be.within(9.9, 11);
    const verdict = verdictsOf(await road.runOk("verify", "test")).at(-1);
    expect(verdict).to.deep.include({ clean: true, proven: 2 });
  });

  it("has its jobs among those of `jobs`, `watch`, `priority` and `cancel`, with the vault named", async () => {
    const relocks = (run: RoadRun) => run.events.filter(({ kind }) => kind === "relock");
    const [job, ...others] = relocks(await road.runOk("jobs", "test"));
    expect(others).to.deep.equal([]);
    expect(job).to.include({ type: "job", ours: true, vault: "primary", status: "Complete" });
    const jobId = String(job?.["jobId"]);
    for (const args of [
      ["watch", jobId],
      // It has ended: nobody is asked.
      ["cancel", jobId],
    ] as const) {
      const [command, ...rest] = args;
      expect(relocks(await road.runOk(command, "test", ...rest))).to.deep.equal([job]);
    }
    const late = await road.run("priority", "test", jobId, "5");
    expect(late.events.at(-1)).to.include({ code: "JobEnded" });
    const people = await road.runForPeople("jobs", "test");
    expect(people.stdout).to.include(`${jobId}  Complete    relock  2 of 2 tasks`);
    expect(people.stdout).to.include("in the account of vault primary");

    // What may not be asked is said by name, and the rest is listed.
    const refusal = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: ["s3:DescribeJob", "s3:ListJobs"], Resource: "*" }],
    };
    const { organization } = road.project.sandbox;
    organization.setControlPolicies("vault", { serviceControlPolicies: [refusal] });
    const refused = await road.runOk("jobs", "test");
    expect(relocks(refused)).to.deep.equal([]);
    const [warning] = refused.events.filter(({ code }) => code === "VaultJobsUnread");
    expect(warning?.["message"]).to.match(/vault primary \(account \d{12}\).*s3:ListJobs/);
    const unknown = await road.run("watch", "test", jobId);
    expect(unknown.events.at(-1)).to.include({ code: "JobNotFound" });
    expect(unknown.events.at(-1)?.["message"]).to.match(/vault primary .*s3:DescribeJob/);
    expect(unknown.events.at(-1)?.["hint"]).to.contain("FollowRelockJobs");
    organization.setControlPolicies("vault", {});
  });

  it("makes GOVERNANCE COMPLIANCE once that is promised, and renews what ends soon", async () => {
    const acknowledgement = `${VAULT.bucket}: COMPLIANCE for 10 days`;
    await write({ stage: "compliance", retention: "10 days", acknowledgement }, true);
    await road.runOk("up", "test", "--yes");
    const weak = verdictsOf(await road.run("verify", "test")).at(-1);
    expect(weak).to.deep.include({ clean: false, failed: 2 });
    expect(endOf(await road.runOk("relock", "test", "--yes"))).to.include({ extended: 2 });
    expect((await lockOf("a")).mode).to.equal("COMPLIANCE");
    expect(verdictsOf(await road.runOk("verify", "test")).at(-1)).to.include({ clean: true });
    road.project.sandbox.world.clock.advance(5 * DAY_MS);
    const enough = await road.runOk("relock", "test", "--yes", "--within-days", "3");
    expect(endOf(enough)).to.include({ extended: 0, enoughAlready: 2 });
    const renewed = await road.runOk("relock", "test", "--yes", "--within-days", "7");
    expect(endOf(renewed)).to.include({ extended: 2, enoughAlready: 0 });
    // Where there is nothing to do, nobody is asked.
    const told = await road.runForPeople("relock", "test");
    expect(told.exitCode, told.stderr).to.equal(0);
    expect(told.stdout).to.match(/0 locks extended, 2 enough already, 0 failed/);
  });

  it("has a role that is guarded: verify names what was added to it, and up puts it back", async () => {
    const RoleName = relockRoleName(VAULT.bucket);
    const PolicyName = "relock";
    const { PolicyDocument = "" } = await iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName }),
    );
    const wider = decodeURIComponent(PolicyDocument).replaceAll(
      '"s3:PutObjectRetention"',
      '"s3:PutObjectRetention","s3:DeleteObjectVersion"',
    );
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: wider }));
    const verdict = verdictsOf(await road.run("verify", "test")).at(-1) as {
      clean: boolean;
      guard: { protection: string; restoredBy: string }[];
    };
    expect(verdict.clean).to.equal(false);
    expect(verdict.guard.map(({ protection }) => protection)).to.deep.equal(["relock-role"]);
    expect(verdict.guard[0]).to.include({ restoredBy: "up" });
    await road.runOk("up", "test", "--yes");
    expect(verdictsOf(await road.runOk("verify", "test")).at(-1)).to.include({ clean: true });
  });
});
