import { expect } from "chai";
import { Agenda } from "../src/time/agenda";
import { ManualClock } from "../src/time/clock";
import { midnightFrom, nextMidnightAfter, nextSundayAfter } from "../src/time/midnight";
import { SlicedWork } from "../src/time/sliced-work";

describe("work of the background", () => {
  it("runs when its time comes, but nobody waits for it", () => {
    const clock = new ManualClock(0);
    const seen: string[] = [];
    const daily = (): void => {
      seen.push(`daily ${clock.nowEpochMs()}`);
      clock.schedule(10, daily, { isBackground: true });
    };
    clock.schedule(10, daily, { isBackground: true });
    clock.schedule(25, () => seen.push("task"));
    clock.runUntilIdle();
    expect(seen).to.deep.equal(["daily 10", "daily 20", "task"]);
    expect(clock.nowEpochMs()).to.equal(25);
    clock.advance(5);
    expect(seen.at(-1)).to.equal("daily 30");
  });

  it("that is cancelled counts no more than other work that is", () => {
    const clock = new ManualClock(0);
    clock.schedule(10, () => undefined, { isBackground: true }).cancel();
    clock.schedule(20, () => undefined).cancel();
    clock.schedule(30, () => undefined);
    clock.runUntilIdle();
    expect(clock.nowEpochMs()).to.equal(30);
  });
});

describe("an agenda", () => {
  function agenda() {
    const clock = new ManualClock(0);
    const seen: string[] = [];
    const made = new Agenda<string>(clock, (items) =>
      seen.push(`${clock.nowEpochMs()}: ${items.join(" ")}`),
    );
    return { clock, seen, made };
  }

  it("calls for items at the earliest time that they were put on for, once", () => {
    const { clock, seen, made } = agenda();
    made.atLatest("a", 20);
    made.atLatest("b", 10);
    made.atLatest("a", 10);
    made.atLatest("a", 30);
    made.atLatest("c", 15);
    clock.advance(100);
    expect(seen).to.deep.equal(["10: a b", "15: c"]);
  });

  it("forgets what is dropped", () => {
    const { clock, seen, made } = agenda();
    made.atLatest("a", 10);
    made.atLatest("b", 20);
    made.drop("a");
    clock.advance(100);
    expect(seen).to.deep.equal(["20: b"]);
  });
});

describe("sliced work", () => {
  it("is done one piece after the other, a slice a turn, and goes on after a defect", () => {
    const clock = new ManualClock(0);
    const work = new SlicedWork(clock);
    const seen: string[] = [];
    function* piece(name: string): Generator<void, void> {
      seen.push(`${name}1`);
      yield;
      seen.push(`${name}2`);
    }
    function* broken(): Generator<void, void> {
      throw new Error("broken");
    }
    work.add(piece("a"));
    work.add(broken());
    work.add(piece("b"));
    expect(seen).to.deep.equal([]);
    expect(() => clock.runUntilIdle()).to.throw("broken");
    clock.runUntilIdle();
    expect(seen).to.deep.equal(["a1", "a2", "b1", "b2"]);
  });
});

describe("the calendar", () => {
  const at = (text: string): number => Date.parse(`2026-${text}:00Z`);

  it("goes on to the next midnight, from midnight by a day", () => {
    expect(nextMidnightAfter(at("07-30T23:59"))).to.equal(at("07-31T00:00"));
    expect(nextMidnightAfter(at("07-31T00:00"))).to.equal(at("08-01T00:00"));
    expect(midnightFrom(at("07-31T00:00"))).to.equal(at("07-31T00:00"));
    expect(midnightFrom(at("07-31T00:01"))).to.equal(at("08-01T00:00"));
  });

  it("knows the next Sunday, from Sunday by a week", () => {
    expect(nextSundayAfter(at("07-30T12:00"))).to.equal(at("08-02T00:00"));
    expect(nextSundayAfter(at("08-01T23:59"))).to.equal(at("08-02T00:00"));
    expect(nextSundayAfter(at("08-02T00:00"))).to.equal(at("08-09T00:00"));
  });
});
