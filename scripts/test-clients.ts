// `node -r ./scripts/typescript.cjs scripts/test-clients.ts`: builds AWS's clients in other languages for the tests.
import { constants, setPriority } from "node:os";
import { NotFetched, startBuilds } from "../sandbox/tests/clients/builds";
import { BUILDS } from "../sandbox/tests/clients/clients";

async function main(): Promise<void> {
  // Whoever waits for them does something else meanwhile. Compilers inherit it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const folders = startBuilds(BUILDS, {
    tell: (text) => process.stderr.write(`clients: ${text}\n`),
  });
  for (const result of await Promise.allSettled(folders.values())) {
    if (result.status === "fulfilled") continue;
    process.stderr.write(`${String(result.reason)}\n`);
    // Told, and left out by its test.
    if (!(result.reason instanceof NotFetched)) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
