import { expect } from "chai";
import { HumanRenderer } from "../../automation/cli/render/human";
import { duration, table, timeLeft } from "../../automation/cli/render/words";
import type { LockstepEvent } from "../../automation/events";

describe("words for people", () => {
  it("never estimate finer than a second", () => {
    expect([0, 999, 1000, 61_000].map(timeLeft)).to.deep.equal([
      "less than a second",
      "less than a second",
      "about 1 s",
      "about 1 min 1 s",
    ]);
  });

  it("give times in the unit that fits", () => {
    expect([450, 12_400, 200_000, 7_500_000].map(duration)).to.deep.equal([
      "450 ms",
      "12 s",
      "3 min 20 s",
      "2 h 5 min",
    ]);
  });

  it("bring numbers in line at their right", () => {
    expect(
      table([
        ["proven", "2,058"],
        ["failed", "0", "none"],
      ]),
    ).to.deep.equal(["    proven  2,058", "    failed      0  (none)"]);
  });
});

describe("HumanRenderer", () => {
  const shown = (...events: LockstepEvent[]): string => {
    let text = "";
    const renderer = new HumanRenderer({
      out: (out) => void (text += out),
      err: (err) => void (text += err),
    });
    for (const event of events) renderer.render(event);
    renderer.finish();
    return text;
  };
  const progress = (fields: Partial<Extract<LockstepEvent, { type: "job-progress" }>>) =>
    shown({
      type: "job-progress",
      jobId: "job",
      doneCount: 50,
      totalCount: 100,
      failedCount: 0,
      objectsPerSecond: null,
      remainingMs: null,
      ...fields,
    });

  it("says nothing of a rate that is not known", () => {
    expect(progress({})).to.equal("  replicating: 50 of 100\n");
  });

  it("says rate and time left where they are known", () => {
    expect(progress({ objectsPerSecond: 1200, remainingMs: 61_000 })).to.equal(
      "  replicating: 50 of 100, 1,200 objects/s, about 1 min 1 s left\n",
    );
  });

  it("calls kept what the engine only forgets", () => {
    const text = shown({
      type: "resource",
      operation: "up",
      action: "keep",
      resourceType: "aws-native:s3:Bucket",
      name: "vault",
      urn: "urn",
      state: "done",
    });
    expect(text).to.include("keep aws-native:s3:Bucket vault").and.not.to.include("delete");
  });
});
