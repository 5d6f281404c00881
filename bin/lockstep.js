#!/usr/bin/env node
"use strict";
import("../scripts/lockstep.mjs").catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
