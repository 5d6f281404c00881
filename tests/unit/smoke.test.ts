import { expect } from "chai";
import { Random } from "../../sandbox/random";

describe("Random", () => {
  it("repeats from its seed", () => {
    expect(new Random(7).uuid()).to.equal(new Random(7).uuid());
  });
});
