import { expect } from "chai";
import { followJob } from "../../automation/backfill/follow";
import type { JobSnapshot, JobStatus } from "../../automation/backfill/job-state";
import { LockstepError } from "../../automation/errors";
import type { LockstepEvent } from "../../automation/events";

const limits = { intervalMs: 100, maxIntervalMs: 1_000, deadlineMs: 10_000 };

/** Follows a job whose looks are given one by one; time moves only while it sleeps. */
function follow(looks: readonly (JobStatus | "missing")[]) {
  const events: LockstepEvent[] = [];
  const sleeps: number[] = [];
  let nowEpochMs = 0;
  let index = 0;
  const look = (): Promise<JobSnapshot> => {
    const status = looks[Math.min(index++, looks.length - 1)];
    if (status === undefined || status === "missing") {
      return Promise.reject(new LockstepError("JobNotFound", "not there"));
    }
    const succeededCount = status === "Active" ? index * 10 : 0;
    return Promise.resolve({
      jobId: "j",
      status,
      totalCount: 100,
      succeededCount,
      failedCount: 0,
      failureReasons: [],
    });
  };
  const result = followJob({
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    clock: {
      nowEpochMs: () => nowEpochMs,
      sleep: (durationMs) => {
        sleeps.push(durationMs);
        nowEpochMs += durationMs;
        return Promise.resolve();
      },
    },
    limits,
    look,
  });
  return { result, events, sleeps };
}

describe("followJob", () => {
  it("tells each status once and stops where there is something to do", async () => {
    const { events, result } = follow(["New", "New", "Preparing", "Suspended"]);
    expect((await result).step).to.deep.equal({ do: "confirm" });
    const statuses = events.flatMap((event) => (event.type === "job-status" ? [event.status] : []));
    expect(statuses).to.deep.equal(["New", "Preparing", "Suspended"]);
  });

  it("does not need to see every status", async () => {
    expect((await follow(["Preparing", "Complete"]).result).step).to.deep.equal({ do: "report" });
  });

  it("looks less and less often, whatever changes", async () => {
    const { result, sleeps } = follow(["New", "New", "New", "Preparing", "Complete"]);
    await result;
    expect(sleeps).to.deep.equal([100, 150, 225, 338]);
  });

  it("gives up after its deadline", async () => {
    const error = await follow(["Paused"]).result.catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "DeadlinePassed");
  });

  it("bears with a job that is not to be seen right after its creation, but not for long", async () => {
    expect((await follow(["missing", "missing", "Complete"]).result).job.status).to.equal(
      "Complete",
    );
    const error = await follow(["missing"]).result.catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "JobNotFound");
  });

  it("works out rate and time left", async () => {
    const { events, result } = follow(["Active", "Active", "Complete"]);
    await result;
    const progress = events.filter((event) => event.type === "job-progress");
    expect(progress.at(-1)).to.include({ doneCount: 20, objectsPerSecond: 100, remainingMs: 800 });
  });
});
