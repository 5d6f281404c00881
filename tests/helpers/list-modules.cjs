"use strict";
// With `node --require`: writes the names of the packages that a process has loaded to the file in LOCKSTEP_TEST_MODULES.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  const names = Object.keys(require.cache).map((file) =>
    /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]?.replace("\\", "/"),
  );
  const packages = [...new Set(names.filter((name) => name !== undefined))].sort();
  writeFileSync(process.env.LOCKSTEP_TEST_MODULES, JSON.stringify(packages));
});
