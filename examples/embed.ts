/*
 * The driver inside a tool of one's own: the same steps as `lockstep up` and `lockstep backfill`, with the events going where
 * the tool wants them and the plan approved by it.
 *
 *     node -r ts-node/register/transpile-only examples/embed.ts FOLDER STACK
 */
import { join } from "node:path";
import {
  deployedSources,
  findEngine,
  isLockstepError,
  openStack,
  preflight,
  readStackConfig,
  runBackfill,
  stackClients,
  systemClock,
  upStack,
  type DeployedSource,
  type Session,
} from "../automation";

async function main(folder: string, stackName: string): Promise<boolean> {
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  const session: Session = {
    emit: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
    signal: abort.signal,
    clock: systemClock,
  };

  const address = { folder, stack: stackName };
  const config = await readStackConfig(address);
  await preflight(config, {}, session);
  const engine = await findEngine(session);
  const stack = await openStack(address, config, engine, "create", abort.signal);
  await upStack(stack, session);

  let isClean = true;
  for (const source of await deployedSources(stack, config)) {
    isClean = (await backfill(source, join(folder, ".lockstep", "reports", stackName))) && isClean;
  }
  return isClean;

  async function backfill(source: DeployedSource, reportsFolder: string): Promise<boolean> {
    const clients = await stackClients(source.config, source.outputs, {});
    try {
      const verdict = await runBackfill({
        ...session,
        ...source,
        clients,
        // A tool would show the question on its page and wait for the answer.
        confirm: async (question) => question.code === "approve-plan",
        reportsFolder,
        jobLimits: { intervalMs: 1_000, maxIntervalMs: 30_000, deadlineMs: 24 * 60 * 60_000 },
        settleLimits: { intervalMs: 1_000, maxIntervalMs: 30_000, deadlineMs: 60 * 60_000 },
        concurrency: 32,
      });
      return verdict.clean;
    } finally {
      clients.destroy();
    }
  }
}

main(process.argv[2] ?? ".", process.argv[3] ?? "dev").then(
  (isClean) => (process.exitCode = isClean ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(
      `${isLockstepError(error) ? error.code : "Unexpected"}: ${String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
