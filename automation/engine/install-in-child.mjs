// Runs `PulumiCommand.install` in a process of its own, because it cannot be stopped: the parent ends this process when
// it takes too long. Arguments: the root folder. Sends "reachable" once the installer itself has been downloaded.
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

const FIRST_ANSWER_LIMIT_MS = 10_000;
const plainFetch = globalThis.fetch;
globalThis.fetch = async (url, init) => {
  const response = await plainFetch(url, {
    ...init,
    signal: AbortSignal.timeout(FIRST_ANSWER_LIMIT_MS),
  });
  if (response.ok) process.send?.("reachable");
  return response;
};

const [root] = process.argv.slice(2);
try {
  await PulumiCommand.install({ root });
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
