#!/usr/bin/env node
"use strict";
var launch = require("./launch");

launch.requireSupportedNode();
// In a clone the dependencies may not be there yet.
if (launch.isClone) import("../scripts/lockstep.mjs").catch(fail);
else launch.load("automation/cli/main").main(process.argv.slice(2)).catch(fail);

function fail(error) {
  process.stderr.write(error.stack + "\n");
  process.exitCode = 1;
}
