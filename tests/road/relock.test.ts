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
    expect(declined.exitCode).to.equal(2);
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
    const told = await road.runForPeople("relock", "test", "--yes");
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
