/** `verify --since`, `--rpo`, `--watch`: what is new in full, the rest by its listing, against a recovery point objective. */

import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import { LockstepError } from "../../automation/errors";
import type { EventTable, VerdictFields } from "../../automation/events";
import { chooseLevel, type LevelWish } from "../../automation/levels/choose-level";
import { eventually } from "../helpers/eventually";
import { HandMadeStack } from "../helpers/hand-made-stack";
import { withoutReplication } from "../helpers/without-replication";

const MINUTE_MS = 60_000;

describe("a look at what is new", function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;

  beforeEach(async () => {
    sandbox = await startSandbox({
      clock: new ManualClock(Date.now()),
      settings: { replicationDelayMs: MINUTE_MS, acceptsMachineTime: true },
    });
    stack = await HandMadeStack.make(sandbox, "since", []);
  });
  afterEach(async () => {
    await stack?.close();
    await sandbox?.close();
  });

  const advance = (minutes: number) => sandbox.world.clock.advance(minutes * MINUTE_MS);
  const putReplicated = async (key: string) => {
    await stack.put(key, "content");
    advance(2);
    await eventually(() =>
      stack.atVault().s3.send(new HeadObjectCommand({ Bucket: stack.atVault().Bucket, Key: key })),
    );
  };
  const deleteForGood = async (Key: string) => {
    const { Bucket, s3 } = stack.atSource();
    const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  };
  const putAlone = (key: string) =>
    withoutReplication(stack.atSource().s3, stack.atSource().Bucket, () =>
      stack.put(key, "content"),
    );

  /** Looks, and counts the HEADs at the vault. */
  async function verify(wish: LevelWish): Promise<VerdictFields & { headCount: number }> {
    const { s3 } = stack.atVault();
    const send = s3.send.bind(s3);
    let headCount = 0;
    s3.send = ((command: unknown, ...rest: readonly unknown[]) => {
      if (command instanceof HeadObjectCommand) headCount++;
      return (send as (...args: readonly unknown[]) => unknown)(command, ...rest);
    }) as typeof s3.send;
    try {
      const settleLimits = { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 0 };
      const verdict = await stack.verify({ level: chooseLevel(wish), settleLimits });
      return { ...verdict, headCount };
    } finally {
      s3.send = send as typeof s3.send;
    }
  }
  const codesOf = ({ failures }: VerdictFields) =>
    failures.map(({ code, key, kind }) => `${key}: ${kind}/${code}`);

  it("asks for versions that are new, and compares the others by their listing", async () => {
    for (const key of ["old-1", "old-2", "old-3"]) await putReplicated(key);
    await putAlone("old-lost");
    advance(120);
    await putReplicated("new");
    const verdict = await verify({ since: "1h" });
    expect(verdict).to.deep.include({ level: "listing", proven: 4, failed: 1 });
    expect(verdict.since?.inFullCount).to.equal(1);
    expect(verdict.headCount).to.equal(1);
    expect(codesOf(verdict)).to.deep.equal(["old-lost: failed/missing"]);
    expect(verdict.doesNotProve).to.include("lock-mode");
  });

  it("sees in full what is wrong with a new version", async () => {
    await putReplicated("old");
    advance(120);
    await putReplicated("weak");
    const { Bucket, s3 } = stack.atVault();
    // Whoever owns the vault's account, and takes its guard away first.
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    const RetainUntilDate = new Date(sandbox.world.clock.nowEpochMs() + MINUTE_MS);
    const Retention = { Mode: "GOVERNANCE", RetainUntilDate } as const;
    await s3.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key: "weak",
        Retention,
        BypassGovernanceRetention: true,
      }),
    );
    expect(codesOf(await verify({ since: "1h" }))).to.deep.equal(["weak: failed/lock-weaker"]);
    // By a date, and older than all: everything in full.
    const all = await verify({ since: "2020-01-01" });
    expect(all.since).to.deep.equal({ from: "2020-01-01T00:00:00.000Z", inFullCount: 2 });
  });

  it("goes back from when the listing began, however long it takes", async () => {
    for (const key of ["a", "b", "c"]) await putReplicated(key);
    advance(50);
    const { s3 } = stack.atSource();
    const send = s3.send.bind(s3) as (...args: readonly unknown[]) => Promise<unknown>;
    const begunEpochMs = sandbox.world.clock.nowEpochMs();
    s3.send = (async (command: { input: object }, ...rest: readonly unknown[]) => {
      const isPage = command instanceof ListObjectVersionsCommand;
      if (isPage) Object.assign(command.input, { MaxKeys: 1 });
      const answer = await send(command, ...rest);
      if (isPage) advance(20);
      return answer;
    }) as typeof s3.send;
    const { since } = await verify({ since: "1h" });
    expect(since).to.deep.include({ inFullCount: 3 });
    expect(Math.abs(Date.parse(since?.from ?? "") - (begunEpochMs - 60 * MINUTE_MS))).to.be.below(
      MINUTE_MS,
    );
  });

  for (const wish of [{}, { since: "1h" }, { level: "listing" }, { level: "sample" }]) {
    describe(`against an objective, with ${JSON.stringify(wish)}`, () => {
      const rpo = "10m";

      it("is clean while what is missing is younger, and says how far the vaults are behind", async () => {
        await putReplicated("there");
        await putAlone("late");
        advance(9);
        const verdict = await verify({ ...wish, rpo });
        expect(codesOf(verdict)).to.deep.equal([]);
        expect(verdict).to.deep.include({ clean: true, proven: 1, unverifiable: 1 });
        const { oldest, ...point } = verdict.recoveryPoint ?? {};
        expect(point).to.deep.equal({
          objectiveSeconds: 600,
          gapSeconds: 540,
          met: true,
          behindCount: 0,
          onTheWayCount: 1,
        });
        expect(oldest?.key).to.equal("late");
      });

      it("fails with the gap once it is older", async () => {
        await putReplicated("there");
        await putAlone("late");
        advance(11);
        const verdict = await verify({ ...wish, rpo });
        expect(codesOf(verdict)).to.deep.equal(["late: failed/missing"]);
        expect(verdict.clean).to.equal(false);
        expect(verdict.recoveryPoint).to.deep.include({
          gapSeconds: 660,
          met: false,
          behindCount: 1,
        });
      });

      it("is nothing behind where all is there", async () => {
        await putReplicated("there");
        const { clean, recoveryPoint } = await verify({ ...wish, rpo });
        expect(clean).to.equal(true);
        expect(recoveryPoint).to.deep.equal({
          objectiveSeconds: 600,
          gapSeconds: 0,
          met: true,
          behindCount: 0,
          onTheWayCount: 0,
        });
      });

      it("is clean of a new source whose first version is on its way, and not of one that was emptied", async () => {
        await putAlone("first");
        expect((await verify({ ...wish, rpo })).clean).to.equal(true);
        await putReplicated("second");
        for (const key of ["first", "second"]) await deleteForGood(key);
        await putAlone("third");
        const verdict = await verify({ ...wish, rpo });
        expect(verdict.clean).to.equal(false);
        expect(verdict.disagreements.join()).to.include("nothing is proven");
      });
    });
  }

  for (const wish of [{}, { since: "1h" }]) {
    it(`is not clean of a new version that its source calls FAILED, with ${JSON.stringify(wish)}`, async () => {
      await putReplicated("there");
      await stack.setVaultPolicy({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:ReplicateObject",
            Resource: `${stack.outputs.vaults[0]?.bucketArn}/*`,
          },
        ],
      });
      await stack.put("refused", "content");
      advance(2);
      await eventually(async () => {
        const { Bucket, s3 } = stack.atSource();
        const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "refused" }));
        expect(head.ReplicationStatus).to.equal("FAILED");
      });
      await putAlone("late");
      const verdict = await verify({ ...wish, rpo: "10m" });
      expect(verdict.clean).to.equal(false);
      expect(codesOf(verdict)).to.deep.equal(["refused: failed/missing"]);
      expect(verdict.recoveryPoint).to.deep.include({
        gapSeconds: 120,
        met: false,
        behindCount: 1,
        onTheWayCount: 1,
      });
    });
  }

  it("does not wait without an end for what may come: without an objective it is too new to tell", async () => {
    await putReplicated("there");
    await putAlone("late");
    const verdict = await verify({ level: "listing" });
    expect(codesOf(verdict)).to.deep.equal(["late: unverifiable/too-new"]);
    expect(verdict.recoveryPoint).to.equal(undefined);
  });

  it("takes no date to come, by AWS's time, and asks no vault before", async () => {
    await putReplicated("there");
    advance(180);
    const at = (minutes: number) =>
      new Date(sandbox.world.clock.nowEpochMs() + minutes * MINUTE_MS).toISOString();
    // To come by this machine's clock, and over by AWS's.
    const level = chooseLevel({ since: at(-60) });
    expect((await stack.verify({ level })).since?.inFullCount).to.equal(0);
    const { s3 } = stack.atVault();
    const send = s3.send.bind(s3);
    s3.send = (() => Promise.reject(new Error("a vault is asked"))) as typeof s3.send;
    try {
      const refused: unknown = await stack
        .verify({ level: chooseLevel({ since: at(1) }) })
        .catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(LockstepError).and.have.property("code", "ConfigInvalid");
      const { problems = [] } = refused as LockstepError;
      expect(problems.map(({ path }) => path)).to.deep.equal(["--since"]);
      expect(problems[0]?.message).to.contain("is later than now, ");
    } finally {
      s3.send = send as typeof s3.send;
    }
  });

  it("tells that a source has nothing that is promised, whether it is new or was emptied, and of no other", async () => {
    const warnings = () => stack.told("warning").filter(({ code }) => code === "SourceEmpty");
    expect(await stack.verify()).to.deep.include({ clean: true, empty: true });
    expect(warnings()).to.have.length(1);
    expect(warnings()[0]?.message).to.contain("since-source has no version at all");
    await putReplicated("gone-soon");
    await stack.verify();
    expect(warnings()).to.have.length(1);
    await deleteForGood("gone-soon");
    // Others fill the vault as well, so that what it holds says nothing of this source.
    for (const wish of [{}, { level: "listing" }]) {
      const level = chooseLevel(wish);
      const verdict = await stack.verify({ level, sharedVaults: ["primary"] });
      expect(verdict).to.deep.include({ clean: true, empty: true });
    }
    expect(warnings()).to.have.length(3);
  });

  describe("with an objective", () => {
    let slow: Sandbox;
    let behind: HandMadeStack;
    let putEpochMs: number;
    before(async () => {
      slow = await startSandbox({
        clock: new ManualClock(Date.now()),
        settings: { replicationDelayMs: 60 * MINUTE_MS, acceptsMachineTime: true },
      });
      behind = await HandMadeStack.make(slow, "behind", []);
      await behind.put("late", "content");
      putEpochMs = slow.world.clock.nowEpochMs();
    });
    after(async () => {
      await behind?.close();
      await slow?.close();
    });

    for (const [level, leastSeconds, mostSeconds] of [
      ["full", 3_600, 3_600],
      // Until it is 15 minutes old by AWS's time.
      ["listing", 840, 900],
    ] as const) {
      it(`says what it waits for, and how long, before it does, by level ${level}`, async () => {
        const told: string[] = [];
        const stopped = new Error("it waits");
        const looked: unknown = await behind
          .verify({
            level: chooseLevel({ level }),
            emit: (event) =>
              void (event.type === "settle-wait" && told.push(JSON.stringify(event))),
            settleLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 60 * MINUTE_MS },
            clock: { nowEpochMs: () => putEpochMs, sleep: () => Promise.reject(stopped) },
          })
          .catch((error: unknown) => error);
        expect(looked).to.equal(stopped);
        expect(told).to.have.length(1);
        const event = JSON.parse(told[0] ?? "") as EventTable["settle-wait"];
        expect(event).to.deep.include({ waitingCount: 1, avoidedBy: "--rpo" });
        expect(event.atMostSeconds).to.be.within(leastSeconds, mostSeconds);
      });
    }

    for (const [level, minutes, code] of [
      ["full", 5, "too-new"],
      ["listing", 5, "too-new"],
      ["full", 11, "missing"],
      ["listing", 11, "missing"],
    ] as const) {
      it(`waits for nothing that its source calls PENDING, after ${minutes} minutes, by level ${level}`, async () => {
        const { clock } = slow.world;
        clock.advance(Math.max(0, putEpochMs + minutes * MINUTE_MS - clock.nowEpochMs()));
        const verdict = await behind.verify({
          level: chooseLevel({ level, rpo: "10m" }),
          settleLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 60 * MINUTE_MS },
          clock: {
            nowEpochMs: () => slow.world.clock.nowEpochMs(),
            sleep: () => Promise.reject(new Error("it waits")),
          },
        });
        expect(Object.keys(verdict.vaults?.[0]?.codes ?? {})).to.deep.equal([
          `${code === "missing" ? "failed" : "unverifiable"}/${code}`,
        ]);
      });
    }
  });
});
