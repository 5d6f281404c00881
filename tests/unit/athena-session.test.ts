/** Queries of Athena that nobody waits for any more: each is stopped, and waited for, or told. */

import {
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type AthenaClient,
  type QueryExecutionState,
} from "@aws-sdk/client-athena";
import { expect } from "chai";
import { runQuery } from "../../automation/analysis/athena/session";
import { isLockstepError } from "../../automation/errors";

/** What Athena answers to each look at a query, the last one for ever; an error in place of an answer. */
type Looks = readonly (QueryExecutionState | Error)[];

interface Scene {
  readonly looks: Looks;
  /** In place of the answer to the beginning, or to a stop. */
  readonly startError?: Error;
  readonly stopError?: Error;
  /** While it is begun, or waited for. */
  readonly abortAt?: "start" | "wait";
}

const refused = (status: number): Error =>
  Object.assign(new Error("it may not"), { name: "X", $metadata: { httpStatusCode: status } });

async function run({ abortAt, looks, startError, stopError }: Scene) {
  const stop = new AbortController();
  const calls: string[] = [];
  const left: string[] = [];
  let [begunCount, looksCount, sleptMs] = [0, 0, 0];
  const send = (command: unknown, options?: { abortSignal?: AbortSignal }): Promise<unknown> => {
    if (command instanceof StartQueryExecutionCommand) {
      calls.push(options?.abortSignal === undefined ? "start" : "start that can be stopped");
      if (abortAt === "start") stop.abort();
      return startError ? Promise.reject(startError) : Promise.resolve({ QueryExecutionId: "q" });
    }
    if (command instanceof StopQueryExecutionCommand) {
      calls.push("stop");
      return stopError ? Promise.reject(stopError) : Promise.resolve({});
    }
    if (!(command instanceof GetQueryExecutionCommand)) throw new Error("another command");
    if (options?.abortSignal?.aborted === true) return Promise.reject(new Error("AbortError"));
    const look = looks[Math.min(looksCount++, looks.length - 1)];
    calls.push(look instanceof Error ? "error" : String(look));
    if (look instanceof Error) return Promise.reject(look);
    const Status = { State: look, StateChangeReason: "so it is" };
    return Promise.resolve({ QueryExecution: { QueryExecutionId: "q", Status } });
  };
  const outcome: unknown = await runQuery("SELECT 1", {
    client: { send } as unknown as AthenaClient,
    workgroup: "primary",
    database: "default",
    resultsLocation: "s3://b/",
    accountId: "111122223333",
    clock: {
      nowEpochMs: () => 0,
      sleep: (durationMs, signal) => {
        sleptMs += durationMs;
        if (abortAt === "wait" && signal !== undefined) stop.abort();
        return Promise.resolve();
      },
    },
    signal: stop.signal,
    onBegun: () => begunCount++,
    onLeft: (id, why) => left.push(`${id}: ${why}`),
  }).catch((error: unknown) => error);
  const code = isLockstepError(outcome) ? outcome.code : undefined;
  return { calls, left, begunCount, sleptMs, outcome, code };
}

describe("a query of Athena", () => {
  it("is waited for to its end", async () => {
    const ran = await run({ looks: ["QUEUED", "RUNNING", "SUCCEEDED"] });
    expect(ran.outcome).to.deep.equal({ resultLocation: "", scannedBytes: 0 });
    expect(ran.calls).to.deep.equal(["start", "QUEUED", "RUNNING", "SUCCEEDED"]);
    expect(ran.begunCount).to.equal(1);
  });

  it("that has failed is not stopped, and says why", async () => {
    for (const state of ["FAILED", "CANCELLED"] as const) {
      const ran = await run({ looks: [state] });
      expect(ran.code).to.equal("AthenaQueryFailed");
      expect(String(ran.outcome)).to.contain(`q ended as ${state}: so it is`);
      expect(ran.calls).to.deep.equal(["start", state]);
    }
  });

  it("that cannot be looked at is stopped, and waited for", async () => {
    const ran = await run({ looks: ["RUNNING", refused(503), "RUNNING", "CANCELLED"] });
    expect(String(ran.outcome)).to.contain("it may not");
    expect(ran.calls).to.deep.equal([
      ...["start", "RUNNING", "error", "stop", "RUNNING", "CANCELLED"],
    ]);
    expect(ran.left).to.deep.equal([]);
  });

  it("is stopped where the look is, also while it is begun", async () => {
    for (const abortAt of ["start", "wait"] as const) {
      const ran = await run({ looks: ["RUNNING", "RUNNING", "CANCELLED"], abortAt });
      expect(ran.code, abortAt).to.equal("Aborted");
      expect(ran.calls[0]).to.equal("start");
      expect(ran.calls).to.include("stop");
      expect(ran.calls.at(-1)).to.equal("CANCELLED");
      expect(ran.left).to.deep.equal([]);
    }
  });

  it("that does not stop within a minute is told", async () => {
    const ran = await run({ looks: [refused(500), "RUNNING"] });
    expect(ran.left).to.deep.equal(["q: it has not ended yet"]);
    expect(ran.sleptMs).to.be.within(60_000, 75_000);
  });

  it("that may not be stopped is told, unless it has ended by itself", async () => {
    const stopError = refused(400);
    const goesOn = await run({ looks: [refused(500), "RUNNING"], stopError });
    expect(goesOn.left).to.have.length(1);
    expect(goesOn.left[0]).to.contain("it may not");
    expect(goesOn.sleptMs).to.equal(0);
    const ended = await run({ looks: [refused(500), "SUCCEEDED"], stopError });
    expect(ended.left).to.deep.equal([]);
  });

  it("is not begun where it is refused, and may be where nobody answers", async () => {
    const looks = ["SUCCEEDED"] as const;
    expect((await run({ looks, startError: refused(400) })).begunCount).to.equal(0);
    expect((await run({ looks, startError: refused(500) })).begunCount).to.equal(1);
    const unanswered = await run({ looks, startError: new Error("ECONNRESET") });
    expect(unanswered.begunCount).to.equal(1);
    expect(unanswered.calls).to.deep.equal(["start"]);
  });
});
