import { expect } from "chai";
import { createWorld } from "../../src/world/create-world";
import { Pipeline } from "../../src/pipeline/pipeline";
import { headerMap, splitTarget, type RawRequest } from "../../src/pipeline/raw-request";
import type { RequestLogEntry } from "../../src/pipeline/request-log";
import { STAGES } from "../../src/pipeline/stages";
import { ManualClock } from "../../src/time/clock";

const names = STAGES.map(({ name }) => name);

describe("the stages of a request", () => {
  it("have a name each", () => {
    expect(new Set(names).size).to.equal(names.length);
  });

  it("let nobody in before they know who asks, and carry nothing out before he may", () => {
    const order = ["routing", "authentication", "authorization", "carrying out", "logging"];
    expect(names.filter((name) => order.includes(name))).to.deep.equal(order);
  });

  it("end with those for every answer", () => {
    const first = STAGES.findIndex(({ runs }) => runs === "for-every-answer");
    expect(STAGES.slice(first).every(({ runs }) => runs === "for-every-answer")).to.equal(true);
    expect(names.at(-1)).to.equal("logging");
  });

  it("answer and log a refusal of any of them, and run none of those after it", () => {
    const entries: RequestLogEntry[] = [];
    const world = createWorld({
      clock: new ManualClock(0),
      seed: 1,
      accounts: [{ name: "source", accountId: "111111111111", region: "eu-west-1" }],
    });
    const pipeline = new Pipeline({ world, log: (entry) => entries.push(entry) });
    // Nobody signed it, and its bucket is not there: refused when its needs are asked for.
    const answer = pipeline.answer(requestOf("PUT", "/no-such-bucket/key"));
    expect(answer.statusCode).to.equal(404);
    expect(answer.headers).to.include.keys("x-amz-request-id", "date", "content-length");
    expect(entries).to.have.length(1);
    expect(entries[0]).to.include({
      operation: "PutObject",
      bucket: "no-such-bucket",
      key: "key",
      errorCode: "NoSuchBucket",
      statusCode: 404,
    });
  });
});

function requestOf(method: string, target: string): RawRequest {
  const { rawPath, rawQuery } = splitTarget(target);
  return {
    method,
    rawPath,
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: headerMap(["Host", "127.0.0.1"]),
    body: Buffer.alloc(0),
    remoteAddress: "127.0.0.1",
  };
}
