"use strict";
// mocha's own `spec` output, and what scripts/test.mjs tells of it in the file that LOCKSTEP_TEST_COUNTS names: the counts, and how
// long each file took, its hooks included.

const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const durationsMs = {};
    const add = ({ duration = 0, file }) => {
      if (file === undefined) return;
      const name = relative(process.cwd(), file);
      durationsMs[name] = (durationsMs[name] ?? 0) + duration;
    };
    runner.on("test end", add).on("hook end", add);
    runner.once("end", () => {
      const { passes, failures } = runner.stats;
      const counts = { passes, failures, durationsMs };
      writeFileSync(process.env.LOCKSTEP_TEST_COUNTS, JSON.stringify(counts));
    });
  }
};
