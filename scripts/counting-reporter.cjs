"use strict";
// mocha's own `spec` output, and the counts in the file that LOCKSTEP_TEST_COUNTS names, for scripts/test.mjs.

const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures } = runner.stats;
      writeFileSync(process.env.LOCKSTEP_TEST_COUNTS, JSON.stringify({ passes, failures }));
    });
  }
};
