// A process of its own for each of Stryker's runs in `scripts/mutation.mjs`, so that it can be ended when its time is over. It
// is told the options of one run by message, and answers what became of each change.
import { Stryker } from "@stryker-mutator/core";

// Whoever started it is gone: nobody would read the answer.
process.once("disconnect", () => process.exit(1));
process.once("message", async (options) => {
  const found = await new Stryker(options).runMutationTest();
  process.send(found, () => process.exit(0));
});
