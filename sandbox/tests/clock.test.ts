import { mock } from "node:test";
import { expect } from "chai";
import fc from "fast-check";
import { ManualClock, SystemClock, type Clock } from "../src/time/clock";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The longest delay of a Node timer, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

describe("ManualClock", () => {
  it("runs what falls due in the order of due time, then of scheduling, each at its own time", () => {
    const clock = new ManualClock(1000);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${clock.nowEpochMs()}`);
    clock.schedule(20, note("late"));
    clock.schedule(10, note("first"));
    clock.schedule(10, note("second"));
    clock.advance(15);
    expect(seen).to.deep.equal(["first at 1010", "second at 1010"]);
    expect(clock.nowEpochMs()).to.equal(1015);
    clock.setTime(1020);
    expect(seen).to.deep.equal(["first at 1010", "second at 1010", "late at 1020"]);
  });

  it("runs what a task schedules on the way", () => {
    const clock = new ManualClock(0);
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.nowEpochMs());
      clock.schedule(10, again);
    };
    clock.schedule(10, again);
    clock.advance(35);
    expect(seen).to.deep.equal([10, 20, 30]);
  });

  it("keeps the order of due time whatever is scheduled and cancelled", () => {
    const delays = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()));
    fc.assert(
      fc.property(delays, (entries) => {
        const clock = new ManualClock(0);
        const seen: number[] = [];
        const tasks = entries.map(([delayMs], index) =>
          clock.schedule(delayMs, () => seen.push(index)),
        );
        entries.forEach(([, isCancelled], index) => {
          if (isCancelled) tasks[index]?.cancel();
        });
        clock.runUntilIdle();
        const expected = entries
          .map(([delayMs, isCancelled], index) => ({ delayMs, isCancelled, index }))
          .filter(({ isCancelled }) => !isCancelled)
          .sort((left, right) => left.delayMs - right.delayMs || left.index - right.index);
        expect(seen).to.deep.equal(expected.map(({ index }) => index));
      }),
    );
  });

  it("works through two hundred thousand entries, half of them cancelled, without a scan for each", function () {
    this.timeout(5000);
    const clock = new ManualClock(0);
    let ranCount = 0;
    for (let index = 0; index < 200_000; index++) {
      const task = clock.schedule((index * 7919) % 100_003, () => ranCount++);
      if (index % 2 === 0) task.cancel();
    }
    clock.runUntilIdle();
    expect(ranCount).to.equal(100_000);
  });

  it("refuses to go back", () => {
    const clock = new ManualClock(1000);
    expect(() => clock.setTime(999)).to.throw(RangeError, "Time only moves forward");
    expect(() => clock.advance(Number.NaN)).to.throw(RangeError);
    expect(clock.nowEpochMs()).to.equal(1000);
  });

  it("hands an error of a task to whoever moved it", () => {
    const clock = new ManualClock(0);
    clock.schedule(1, () => {
      throw new Error("broken");
    });
    expect(() => clock.advance(1)).to.throw("broken");
  });

  it("says so when something reschedules itself for ever", () => {
    const clock = new ManualClock(0);
    const again = (): void => void clock.schedule(1, again);
    again();
    expect(() => clock.runUntilIdle(100)).to.throw("still busy after 100 tasks");
  });
});

describe("SystemClock", () => {
  let clock: Clock;
  let defects: unknown[];

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1000 });
    defects = [];
    clock = new SystemClock({ onDefect: (error) => defects.push(error) });
  });

  afterEach(() => {
    clock.close();
    mock.timers.reset();
  });

  it("follows the machine's time", () => {
    const seen: number[] = [];
    clock.schedule(50, () => seen.push(clock.nowEpochMs()));
    mock.timers.tick(49);
    expect(seen).to.deep.equal([]);
    mock.timers.tick(1);
    expect(seen).to.deep.equal([1050]);
  });

  it("goes on when a task throws, and tells of it", () => {
    const seen: string[] = [];
    const failure = new Error("broken");
    clock.schedule(10, () => {
      throw failure;
    });
    clock.schedule(10, () => seen.push("same time"));
    clock.schedule(20, () => seen.push("later"));
    mock.timers.tick(20);
    expect(seen).to.deep.equal(["same time", "later"]);
    expect(defects).to.deep.equal([failure]);
  });

  it("fires after delays that no timer of Node can take, and never sets one that is too long", () => {
    const delays: number[] = [];
    const original = globalThis.setTimeout;
    const spied = (task: () => void, delayMs: number) => {
      delays.push(delayMs);
      return original(task, delayMs);
    };
    globalThis.setTimeout = spied as typeof setTimeout;
    try {
      let firedEpochMs = 0;
      clock.schedule(90 * DAY_MS, () => (firedEpochMs = clock.nowEpochMs()));
      mock.timers.tick(90 * DAY_MS - 1);
      expect(firedEpochMs).to.equal(0);
      mock.timers.tick(1);
      expect(firedEpochMs).to.equal(1000 + 90 * DAY_MS);
      expect(Math.max(...delays)).to.equal(LONGEST_TIMER_MS);
    } finally {
      globalThis.setTimeout = original;
    }
  });

  it("can be moved forward, runs what falls due in order, and goes on at the machine's pace", () => {
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${clock.nowEpochMs() - 1000}`);
    clock.schedule(2 * DAY_MS, note("two days"));
    clock.schedule(DAY_MS, note("a day"));
    clock.schedule(3 * DAY_MS, note("three days"));
    clock.advance(2.5 * DAY_MS);
    expect(seen).to.deep.equal([`a day at ${DAY_MS}`, `two days at ${2 * DAY_MS}`]);
    expect(clock.nowEpochMs()).to.equal(1000 + 2.5 * DAY_MS);
    mock.timers.tick(0.5 * DAY_MS);
    expect(seen.at(-1)).to.equal(`three days at ${3 * DAY_MS}`);
    clock.setTime(1000 + 10 * DAY_MS);
    mock.timers.tick(5);
    expect(clock.nowEpochMs()).to.equal(1005 + 10 * DAY_MS);
    expect(() => clock.setTime(1000)).to.throw(RangeError);
  });

  it("moved to just before something is due, does not wait as long as before the move", () => {
    let firedEpochMs = 0;
    clock.schedule(DAY_MS, () => (firedEpochMs = clock.nowEpochMs()));
    clock.advance(DAY_MS - 5);
    mock.timers.tick(4);
    expect(firedEpochMs).to.equal(0);
    mock.timers.tick(1);
    expect(firedEpochMs).to.equal(1000 + DAY_MS);
  });

  it("lets others in before it runs what a task scheduled for at once", () => {
    const seen: string[] = [];
    clock.schedule(10, () => {
      seen.push("slice one");
      clock.schedule(0, () => seen.push("slice two"));
    });
    setTimeout(() => seen.push("a request"), 10);
    mock.timers.tick(10);
    expect(seen.slice(0, 2)).to.deep.equal(["slice one", "a request"]);
    mock.timers.tick(1);
    expect(seen).to.deep.equal(["slice one", "a request", "slice two"]);
  });

  it("runs nothing that was cancelled, cleared or came after its end", () => {
    const seen: string[] = [];
    clock.schedule(10, () => seen.push("cancelled")).cancel();
    clock.schedule(10, () => seen.push("cleared"));
    clock.clear();
    clock.schedule(20, () => seen.push("kept"));
    mock.timers.tick(20);
    clock.schedule(10, () => seen.push("closed"));
    clock.close();
    clock.schedule(10, () => seen.push("after the end"));
    mock.timers.tick(100);
    expect(seen).to.deep.equal(["kept"]);
  });
});
