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

  it("draws ids of any length from the whole alphabet, and repeats them", () => {
    const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const random = new Random(7);
    const ids = Array.from({ length: 200 }, (_, length) => random.id(length, alphabet));
    expect(ids.map((id) => id.length)).to.deep.equal(Array.from(ids.keys()));
    expect(new Set(ids.join(""))).to.deep.equal(new Set(alphabet));
    expect(new Set(ids.slice(5)).size).to.equal(195);
    const again = new Random(7);
    expect(ids.map((_, length) => again.id(length, alphabet))).to.deep.equal(ids);
  });

  it("draws whole numbers within their limit", () => {
    const random = new Random(1);
    const drawn = Array.from({ length: 1_000 }, () => random.integer(3));
    expect(new Set(drawn)).to.deep.equal(new Set([0, 1, 2]));
  });
});
