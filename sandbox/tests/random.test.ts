import { expect } from "chai";
import { Random } from "../src/values/random";

describe("Random", () => {
  it("repeats from its seed, and differs with another", () => {
    const draw = (seed: number): string[] => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.uuid());
    };
    expect(draw(7)).to.deep.equal(draw(7));
    expect(draw(7)).not.to.deep.equal(draw(8));
    expect(new Set(draw(7)).size).to.equal(5);
  });

  it("draws whole numbers within their limit", () => {
    const random = new Random(1);
    const drawn = Array.from({ length: 1_000 }, () => random.integer(3));
    expect(new Set(drawn)).to.deep.equal(new Set([0, 1, 2]));
  });
});
