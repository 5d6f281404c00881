import { expect } from "chai";
import { ManualClock } from "../../../src/time/clock";
import { Random } from "../../../src/values/random";
import { isValidBucketName } from "../../../src/services/s3/bucket/bucket-name";
import { S3State } from "../../../src/services/s3/store/state";
import type { World } from "../../../src/world/world";

function newState(seed = 1): S3State {
  // Only what the state reads of a world.
  return new S3State({ random: new Random(seed), clock: new ManualClock(0) } as unknown as World);
}

describe("S3 state", () => {
  it("makes version ids of 32 characters, the same for the same seed", () => {
    const ids = Array.from({ length: 100 }, () => newState().nextVersionId());
    expect(new Set(ids).size).to.equal(1);
    expect(ids[0]).to.match(/^[A-Za-z0-9._]{32}$/);
    const state = newState();
    expect(new Set(Array.from({ length: 1000 }, () => state.nextVersionId())).size).to.equal(1000);
  });
});

describe("S3 bucket names", () => {
  const names: readonly [name: string, isValid: boolean][] = [
    ["abc", true],
    ["ab", false],
    ["a".repeat(63), true],
    ["a".repeat(64), false],
    ["0starts.with-digit9", true],
    ["Upper", false],
    ["under_score", false],
    ["ends-", false],
    [".starts", false],
    ["two..dots", false],
    ["10.0.0.1", false],
    ["10.0.0.1.2", true],
    ["sthree-name", false],
    ["amzn-s3-demo-name", false],
    ["name--ol-s3", false],
    ["name.mrap", false],
    ["name--x-s3", false],
    ["name--table-s3", false],
  ];
  for (const [name, isValid] of names) {
    it(`${isValid ? "may" : "may not"} be ${name.length > 30 ? `${name.length} long` : name}`, () => {
      expect(isValidBucketName(name)).to.equal(isValid);
    });
  }
});
