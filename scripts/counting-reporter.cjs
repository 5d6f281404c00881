"use strict";
// mocha's own `spec` output, and what scripts/test.mjs tells of it in the file that LOCKSTEP_TEST_COUNTS names: the counts, how
// long each file took, its hooks included, and what failed.

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
    const failed = [];
    runner.on("fail", (test, error) => {
      const file = test.file === undefined ? "" : `${relative(process.cwd(), test.file)}: `;
      failed.push({ name: `${file}${test.fullTitle()}`, says: String(error?.message ?? error) });
    });
    runner.once("end", () => {
      const { passes, failures } = runner.stats;
      const counts = { passes, failures, durationsMs, failed };
      writeFileSync(process.env.LOCKSTEP_TEST_COUNTS, JSON.stringify(counts));
    });
  }
};
