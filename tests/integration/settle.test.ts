/** A version that is still on its way: the look waits for it, and no longer than it may. */

import { expect } from "chai";
import type { Clock } from "../../automation/clock";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import { SAMPLE_SIZE } from "../../automation/look/until-settled";
import { HandMadeStack } from "../helpers/hand-made-stack";

/** Less than the 15 minutes that a request's date may be off: the sandbox's clock is moved, the machine's is not. */
const ON_THE_WAY_MS = 60_000;

describe("a look at versions on their way", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  let sleeps: number[] = [];
  let headsCount = 0;

  before(async () => {
    sandbox = await startSandbox({
      // Stands still, so that a slow machine gives nothing the time to arrive.
      clock: new ManualClock(Date.now()),
      settings: { replicationDelayMs: ON_THE_WAY_MS },
      log: ({ operation }) => {
        if (operation === "HeadObject") headsCount++;
      },
    });
    stack = await HandMadeStack.make(sandbox, "settle", []);
  });
  after(async () => {
    await stack?.close();
    await sandbox?.close();
  });
  beforeEach(() => {
    sleeps = [];
  });

  /** Each pause takes as long as it is told to, in the sandbox's time alone. */
  const clock: Clock = {
    nowEpochMs: () => sandbox.world.clock.nowEpochMs(),
    sleep: (durationMs) => {
      sleeps.push(durationMs);
      sandbox.world.clock.advance(durationMs);
      return Promise.resolve();
    },
  };

  it("waits while the source says PENDING, longer each time, until each is proven", async () => {
    await stack.put("soon", "there");
    const settleLimits = { intervalMs: 20_000, maxIntervalMs: 30_000, deadlineMs: 600_000 };
    const verdict = await stack.verify({ clock, settleLimits });
    expect(verdict).to.deep.include({ clean: true, proven: 1, failed: 0 });
    expect(sleeps).to.deep.equal([20_000, 30_000, 30_000]);
  });

  it("asks for a sample of many until they settle, and then for all", async () => {
    const keys = Array.from({ length: 150 }, (_, index) => `many/${index}`);
    await Promise.all(keys.map((key) => stack.put(key, "there")));
    headsCount = 0;
    const settleLimits = { intervalMs: 12_000, maxIntervalMs: 12_000, deadlineMs: 600_000 };
    const verdict = await stack.verify({ clock, settleLimits, concurrency: 32 });
    expect(verdict).to.deep.include({ clean: true, failed: 0 });
    const roundsCount = sleeps.length + 1;
    expect(roundsCount).to.equal(6);
    const sourceVersionsCount = keys.length + 1;
    // Each at the source and at the vault.
    expect(headsCount).to.be.at.most(2 * (sourceVersionsCount + roundsCount * SAMPLE_SIZE));
    expect(headsCount).to.be.at.least(2 * sourceVersionsCount);
  });

  it("stops at its deadline: what is not there by then is missing", async () => {
    await stack.put("late", "not there");
    const settleLimits = { intervalMs: 1_000, maxIntervalMs: 1_000, deadlineMs: 2_000 };
    const verdict = await stack.verify({ clock, settleLimits });
    expect(verdict).to.deep.include({ clean: false, failed: 1 });
    expect(verdict.failures.map(({ code, key }) => ({ code, key }))).to.deep.equal([
      { code: "missing", key: "late" },
    ]);
    expect(sleeps.length).to.be.within(2, 3);
  });
});
