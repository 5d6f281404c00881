// `node -r ./scripts/typescript.cjs scripts/test-tools.ts`: makes the public tools that tests run, so that no test waits for it.
import { chromiumPath, NO_CHROMIUM } from "../tests/helpers/chromium";
import { MakerMissing, TEST_TOOLS, testTool } from "../tests/helpers/test-tool";

async function main(): Promise<void> {
  for (const name of TEST_TOOLS) process.stdout.write(`${name}: ${await said(name)}\n`);
  process.stdout.write(`chromium: ${chromiumPath() ?? NO_CHROMIUM}\n`);
}

/** Where the tool is; outside of CI a tool that cannot be made is named, and its tests are skipped. */
function said(name: (typeof TEST_TOOLS)[number]): Promise<string> {
  return testTool(name).catch((error: unknown) => {
    if (!(error instanceof MakerMissing) || process.env["CI"] === "true") throw error;
    return `left out, with the tests that run it: ${error.message}`;
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
