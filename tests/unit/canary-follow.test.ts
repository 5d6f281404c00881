/** Following canaries at their source, by a clock that moves only while it sleeps. */

import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { followCanaries, type FollowedCanary } from "../../automation/canary/follow-canaries";
import { abortedError } from "../../automation/errors";
import type { LockstepEvent } from "../../automation/events";

const LIMITS = { intervalMs: 1_000, maxIntervalMs: 15_000, deadlineMs: 900_000 };

type Answer = string | undefined | Error;

/** S3's answers to HEAD, the last one again and again. */
function answering(answers: readonly Answer[]) {
  let index = 0;
  const send = (command: unknown): Promise<unknown> => {
    if (!(command instanceof HeadObjectCommand)) return Promise.reject(new Error("not asked for"));
    const answer = answers[Math.min(index++, answers.length - 1)];
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve({ VersionId: "v1", ReplicationStatus: answer, $metadata: {} });
  };
  return { send } as unknown as S3Client;
}

function refusal(httpStatusCode: number): Error {
  return Object.assign(new Error("no"), { $metadata: { httpStatusCode } });
}

const canary = (key: string, ...answers: Answer[]): FollowedCanary => ({
  key,
  tags: {},
  rules: ["all"],
  vaults: ["primary"],
  bucket: "records",
  versionId: "v1",
  sizeBytes: 1,
  s3: answering(answers),
});

async function follow(canaries: readonly FollowedCanary[], limits = LIMITS, stopAfter = Infinity) {
  const events: LockstepEvent[] = [];
  let nowEpochMs = 0;
  let sleeps = 0;
  const ends = await followCanaries(canaries, limits, {
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    clock: {
      nowEpochMs: () => nowEpochMs,
      sleep: (durationMs) => {
        if (++sleeps > stopAfter) return Promise.reject(abortedError());
        nowEpochMs += durationMs;
        return Promise.resolve();
      },
    },
  });
  const statuses = Object.fromEntries([...ends].map(([key, { status }]) => [key, status]));
  return { ends, events, nowEpochMs, statuses };
}

describe("following canaries", () => {
  it("ends with S3's last word on each, and tells each change once", async () => {
    const { events, statuses } = await follow([
      canary("a", "PENDING", "PENDING", "COMPLETED"),
      canary("b", "PENDING", "FAILED"),
      canary("c", "COMPLETE"),
    ]);
    expect(statuses).to.deep.equal({ a: "COMPLETED", b: "FAILED", c: "COMPLETED" });
    const told = events.map(
      (event) => "status" in event && "key" in event && `${event.key} ${event.status}`,
    );
    expect(told).to.deep.equal([
      "a PENDING",
      "b PENDING",
      "c COMPLETED",
      "b FAILED",
      "a COMPLETED",
    ]);
  });

  it("ends at its deadline, and not later, with what is on its way", async () => {
    const { nowEpochMs, statuses } = await follow([canary("a", "PENDING")]);
    expect(statuses).to.deep.equal({ a: "PENDING" });
    expect(nowEpochMs).to.equal(LIMITS.deadlineMs);
  });

  it("waits two minutes for a first status", async () => {
    const late = await follow([canary("a", undefined, undefined, "PENDING", "COMPLETED")]);
    expect(late.statuses).to.deep.equal({ a: "COMPLETED" });
    const never = await follow([canary("a", undefined)]);
    expect(never.statuses).to.deep.equal({ a: "NONE" });
    expect(never.nowEpochMs).to.be.within(120_000, 135_000);
  });

  it("goes on after a server's fault, and ends at a refusal", async () => {
    const fault = await follow([canary("a", refusal(503), "COMPLETED")]);
    expect(fault.statuses).to.deep.equal({ a: "COMPLETED" });
    const refused = await follow([canary("a", refusal(403))]);
    expect(refused.statuses).to.deep.equal({ a: "UNREAD" });
    expect(refused.nowEpochMs).to.equal(0);
  });

  it("ends when it is stopped", async () => {
    const error = await follow([canary("a", "PENDING")], LIMITS, 3).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.include({ code: "Aborted" });
  });
});
