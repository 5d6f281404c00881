// `node -r ./scripts/typescript.cjs scripts/test-builds.ts clients`: builds the programs in other languages that a suite runs.
import { constants, setPriority } from "node:os";
import { NotFetched, startBuilds, type Build } from "../sandbox/tests/clients/builds";
import { BUILDS } from "../sandbox/tests/clients/clients";
import { ATHENA_BUILDS } from "../tests/athena/builds";

const OF_SUITES: Readonly<Record<string, readonly Build[]>> = {
  clients: BUILDS,
  athena: ATHENA_BUILDS,
};

async function main(suite: string): Promise<void> {
  const builds = OF_SUITES[suite];
  if (builds === undefined) throw new Error(`no suite with builds is called ${suite}`);
  // Whoever waits for them does something else meanwhile. Compilers inherit it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const folders = startBuilds(builds, {
    tell: (text) => process.stderr.write(`${suite}: ${text}\n`),
  });
  for (const result of await Promise.allSettled(folders.values())) {
    if (result.status === "fulfilled") continue;
    process.stderr.write(`${String(result.reason)}\n`);
    // Told, and left out by its test.
    if (!(result.reason instanceof NotFetched)) process.exitCode = 1;
  }
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
