/**
 * Commands whose process is killed (SIGKILL) at a request to AWS, before and after it took effect, and are run again: by the
 * command line, on a stack of the real engine. Some requests of each command, spread over it; `LOCKSTEP_TEST_KILLS=all` tries each,
 * for half an hour. What dies at every request inside of one process: `backfill-crash`, `retry-crash`, `relock-crash`.
 */

import { HeadObjectCommand, PutObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import { ListJobsCommand } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import type { FaultEffect } from "lockstep-sandbox";
import { startCli } from "../helpers/cli";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road } from "../helpers/road";

const SOURCE = { account: "source", bucket: "killed-records" } as const;
const VAULT = { account: "vault", bucket: "killed-vault" } as const;
const RETENTION_DAYS = 2;
const DAY_MS = 86_400_000;

/** As many requests of a command are tried, each way. */
const POINTS = process.env["LOCKSTEP_TEST_KILLS"] === "all" ? Infinity : 3;

/** Name of the fault in the sandbox's log. */
const KILL = "kill";

/** More requests than any run makes: a rule that hits none of them, and counts them. */
const BEYOND = 1_000_000;

/** At other requests each. */
const WAYS: readonly {
  readonly way: string;
  readonly effect: FaultEffect;
  readonly offset: number;
}[] = [
  { way: "before", effect: "time-out", offset: 0.25 },
  { way: "after", effect: "time-out-after", offset: 0.75 },
];

describe("a command whose process is killed", function () {
  this.timeout(0);
  let road: Road;
  let keysCount = 0;
  let onKill: () => void = () => undefined;

  before(async () => {
    road = await Road.start({
      log: ({ fault }) => {
        if (fault === KILL) onKill();
      },
    });
    await road.writeStack("test", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT.bucket },
          lock: { stage: "governance", retention: `${RETENTION_DAYS} days` },
          relock: true,
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    await road.runOk("up", "test", "--yes");
  });
  after(() => road?.close());

  /** An object that live replication never saw. */
  async function missing(): Promise<void> {
    await road.withoutReplication(SOURCE, () => road.put(SOURCE, `missing-${++keysCount}`));
  }

  /** A replica that was locked for less than is promised. */
  async function weaklyLocked(): Promise<void> {
    const key = `weak-${++keysCount}`;
    await lockNewFor(1);
    await road.put(SOURCE, key);
    await road.arrived(VAULT, key);
    await lockNewFor(RETENTION_DAYS);
  }

  async function lockNewFor(Days: number): Promise<void> {
    await road.project.s3("vault").send(
      new PutObjectLockConfigurationCommand({
        Bucket: VAULT.bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days } },
        },
      }),
    );
  }

  async function lockedDays(key: string): Promise<number> {
    const { ObjectLockRetainUntilDate: until } = await road.project
      .s3("vault")
      .send(new HeadObjectCommand({ Bucket: VAULT.bucket, Key: key }));
    return ((until?.getTime() ?? 0) - road.project.sandbox.world.clock.nowEpochMs()) / DAY_MS;
  }

  async function jobs(account: "source" | "vault"): Promise<readonly (string | undefined)[]> {
    const { accountId: AccountId } = ACCOUNTS[account];
    const { Jobs = [] } = await road.s3control(account).send(new ListJobsCommand({ AccountId }));
    return Jobs.map(({ Status }) => Status);
  }

  /** Kills the process as soon as it has sent its request number `skip + 1`; says whether it came to that. */
  async function kill(command: string, effect: FaultEffect, skip: number): Promise<boolean> {
    const { environment, folder, sandbox } = road.project;
    sandbox.faults.add({ name: KILL, effect, skip, first: 1 });
    const run = startCli([command, "--stack", "test", "--yes", "--json"], {
      cwd: folder,
      environment: { ...environment },
    });
    onKill = () => void run.child.kill("SIGKILL");
    const { exitCode } = await run.ended;
    sandbox.faults.clear();
    return exitCode === null;
  }

  const COMMANDS = [
    {
      command: "backfill",
      account: "source",
      prepare: missing,
      judge: (end: unknown) => expect(end).to.deep.include({ type: "verdict", clean: true }),
    },
    {
      command: "retry",
      account: "source",
      prepare: missing,
      judge: (end: unknown) => expect(end).to.deep.include({ type: "verdict", clean: true }),
    },
    {
      command: "relock",
      account: "vault",
      prepare: weaklyLocked,
      judge: async (end: unknown) => {
        expect(end).to.deep.include({ type: "relock", failed: 0 });
        expect(await lockedDays(`weak-${keysCount}`)).to.be.above(RETENTION_DAYS - 0.1);
      },
    },
  ] as const;

  for (const { account, command, judge, prepare } of COMMANDS) {
    describe(command, () => {
      let requestsCount = 0;

      async function runToItsEnd(): Promise<void> {
        const run = await road.runOk(command, "test", "--yes");
        await judge(run.events.at(-1));
      }

      before(async () => {
        const { faults } = road.project.sandbox;
        await prepare();
        faults.add({ effect: "time-out", skip: BEYOND });
        await runToItsEnd();
        requestsCount = faults.status()[0]?.matchedCount ?? 0;
        faults.clear();
      });

      for (const { effect, offset, way } of WAYS) {
        it(`goes on with the same job, killed ${way} a request took effect`, async () => {
          const points = Math.min(POINTS, requestsCount);
          for (let point = 0; point < points; point++) {
            const jobsBefore = await jobs(account);
            await prepare();
            const skip = Math.floor(((point + offset) * requestsCount) / points);
            const where = `request ${skip + 1} of ${requestsCount}`;
            expect(await kill(command, effect, skip), where).to.equal(true);
            await runToItsEnd();
            const jobsNow = await jobs(account);
            expect(jobsNow, where).to.have.length(jobsBefore.length + 1);
            expect(new Set(jobsNow), where).to.deep.equal(new Set(["Complete"]));
          }
        });
      }

      it("has nothing to do afterwards", async () => {
        const jobsBefore = await jobs(account);
        await runToItsEnd();
        expect(await jobs(account)).to.have.length(jobsBefore.length);
      });
    });
  }
});
