import { expect } from "chai";
import { awsClock } from "../../automation/look/aws-clock";

describe("the time at AWS", () => {
  it("goes on from its answer as fast as this machine's clock, and never back", () => {
    let nowEpochMs = 1_000;
    const now = awsClock({ nowEpochMs: () => nowEpochMs }, 5_000_000);
    expect(now()).to.equal(5_000_000);
    nowEpochMs = 4_000;
    expect(now()).to.equal(5_003_000);
    nowEpochMs = 0;
    expect(now()).to.equal(5_000_000);
  });

  it("is this machine's where AWS did not tell it", () => {
    let nowEpochMs = 1_000;
    const now = awsClock({ nowEpochMs: () => nowEpochMs });
    nowEpochMs = 2_000;
    expect(now()).to.equal(2_000);
  });
});
