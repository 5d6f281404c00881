import type { JobStatus } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { exceedsFailureRate } from "../../src/services/s3control/failure-rate";
import { chooseRunning } from "../../src/services/s3control/job-slots";
import { isTerminal, JOB_STATUSES, nextStatus } from "../../src/services/s3control/job-state";
import type { JobEvent } from "../../src/services/s3control/job-state";

const EVENTS: readonly JobEvent[] = [
  "prepare",
  "manifest-ready",
  "await-confirmation",
  "confirm",
  "expire",
  "start",
  "preempt",
  "paused",
  "resume",
  "tasks-done",
  "completed",
  "fail",
  "failed",
  "cancel",
  "cancelled",
];

/** Every transition there is, written out apart from the table in the code; anything else must be refused. */
const ALLOWED: readonly [JobStatus, JobEvent, JobStatus][] = [
  ["New", "prepare", "Preparing"],
  ["New", "fail", "Failing"],
  ["New", "cancel", "Cancelling"],
  ["Preparing", "manifest-ready", "Ready"],
  ["Preparing", "await-confirmation", "Suspended"],
  ["Preparing", "fail", "Failing"],
  ["Preparing", "cancel", "Cancelling"],
  ["Suspended", "confirm", "Ready"],
  ["Suspended", "cancel", "Cancelled"],
  ["Suspended", "expire", "Failed"],
  ["Ready", "start", "Active"],
  ["Ready", "fail", "Failing"],
  ["Ready", "cancel", "Cancelling"],
  ["Active", "preempt", "Pausing"],
  ["Active", "tasks-done", "Completing"],
  ["Active", "fail", "Failing"],
  ["Active", "cancel", "Cancelling"],
  ["Pausing", "paused", "Paused"],
  ["Pausing", "fail", "Failing"],
  ["Pausing", "cancel", "Cancelling"],
  ["Paused", "resume", "Active"],
  ["Paused", "fail", "Failing"],
  ["Paused", "cancel", "Cancelling"],
  ["Completing", "completed", "Complete"],
  ["Completing", "fail", "Failing"],
  ["Cancelling", "cancelled", "Cancelled"],
  ["Failing", "failed", "Failed"],
];

describe("the states of a batch job", () => {
  it("are the thirteen of AWS", () => {
    expect(JOB_STATUSES).to.have.members([
      ...["New", "Preparing", "Suspended", "Ready", "Active", "Pausing", "Paused", "Completing"],
      ...["Complete", "Cancelling", "Cancelled", "Failing", "Failed"],
    ]);
  });

  for (const status of JOB_STATUSES) {
    it(`lead from ${status} exactly where they should`, () => {
      for (const event of EVENTS) {
        const expected = ALLOWED.find(([from, by]) => from === status && by === event)?.[2];
        expect(nextStatus(status, event), `${status} on ${event}`).to.equal(expected);
      }
    });
  }

  it("end in Complete, Cancelled and Failed, and nowhere else", () => {
    expect(JOB_STATUSES.filter(isTerminal)).to.have.members(["Complete", "Cancelled", "Failed"]);
  });
});

describe("the failure threshold", () => {
  it("is not watched below 1,000 tasks, then exceeded above half", () => {
    expect(exceedsFailureRate({ succeededCount: 0, failedCount: 999 })).to.equal(false);
    expect(exceedsFailureRate({ succeededCount: 500, failedCount: 500 })).to.equal(false);
    expect(exceedsFailureRate({ succeededCount: 499, failedCount: 501 })).to.equal(true);
    expect(exceedsFailureRate({ succeededCount: 0, failedCount: 1000 })).to.equal(true);
  });
});

describe("the six slots of an account", () => {
  const job = (
    sequence: number,
    priority: number,
    status: JobStatus,
    isWaitingForSlot = false,
  ) => ({
    sequence,
    priority,
    status,
    isWaitingForSlot,
  });
  const six = [1, 2, 3, 4, 5, 6].map((sequence) => job(sequence, 10, "Active"));
  const sequences = (jobs: readonly { sequence: number }[]) => jobs.map((one) => one.sequence);

  it("let a seventh of the same priority wait", () => {
    const { start, pause } = chooseRunning([...six, job(7, 10, "Ready", true)], 6);
    expect(start).to.deep.equal([]);
    expect(pause).to.deep.equal([]);
  });

  it("make the lowest priority pause for a higher one, which starts when the slot is free", () => {
    const low = job(3, 1, "Active");
    const others = six.filter(({ sequence }) => sequence !== 3);
    const high = job(7, 20, "Ready", true);
    const first = chooseRunning([...others, low, high], 6);
    expect(sequences(first.pause)).to.deep.equal([3]);
    expect(first.start).to.deep.equal([]);
    const pausing = { ...low, status: "Pausing" as const };
    expect(chooseRunning([...others, pausing, high], 6).start).to.deep.equal([]);
    const paused = { ...low, status: "Paused" as const };
    expect(sequences(chooseRunning([...others, paused, high], 6).start)).to.deep.equal([7]);
  });

  it("take a paused job back when one has gone", () => {
    const { start } = chooseRunning([...six.slice(1), job(7, 1, "Paused")], 6);
    expect(sequences(start)).to.deep.equal([7]);
  });

  it("do not start a job whose Ready step is not over", () => {
    expect(chooseRunning([job(1, 1, "Ready")], 6).start).to.deep.equal([]);
  });
});
