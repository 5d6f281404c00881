/** Which clock a suite runs with: wrong where scripts/test.mjs says so, in whichever process mocha runs a file. */

import { expect } from "chai";

describe("the clock of the tests", () => {
  it("is wrong by what the suite says, and else right", () => {
    const shiftMs = Number(process.env["LOCKSTEP_TEST_CLOCK_SHIFT_MS"] ?? 0);
    const rightMs = performance.timeOrigin + performance.now();
    expect(Date.now() - rightMs).to.be.closeTo(shiftMs, 60_000);
  });
});
