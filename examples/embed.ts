/*
 * The driver inside a tool of one's own: the same steps as `lockstep up`, `lockstep backfill` and `lockstep verify`, with the
 * events going where the tool wants them, and its own answers to the questions. With break-glass roles, the vaults are reached as
 * these.
 *
 *     node -r ./scripts/typescript.cjs examples/embed.ts FOLDER STACK [VAULT-ROLE-ARN ...]
 */
import { join } from "node:path";
import {
  checkGuard,
  checkRoles,
  confirmVaultsLeftBehind,
  deployedSources,
  deployedVaults,
  examineBackfill,
  findEngine,
  isLockstepError,
  isRestoredByCall,
  openStack,
  outputsOfSources,
  preflight,
  previewStack,
  readStackConfig,
  removeForeignPolicies,
  requireUpToDate,
  resourcesOf,
  restoreByCalls,
  runBackfill,
  stackClients,
  stateResources,
  systemClock,
  upStack,
  vaultsLeftBehind,
  verifyStack,
  withVaultRoles,
  writePromiseCopies,
  type Confirm,
  type DeployedSource,
  type GuardLoss,
  type Session,
} from "../automation";

const LIMITS = {
  jobLimits: { intervalMs: 1_000, maxIntervalMs: 30_000, deadlineMs: 24 * 60 * 60_000 },
  settleLimits: { intervalMs: 1_000, maxIntervalMs: 30_000, deadlineMs: 60 * 60_000 },
  concurrency: 32,
};

async function main(
  folder: string,
  stackName: string,
  vaultRoles: readonly string[],
): Promise<boolean> {
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  const session: Session = {
    emit: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
    signal: abort.signal,
    clock: systemClock,
  };

  // A tool would show the question on its page and wait for the answer.
  const confirm: Confirm = async ({ code }) => code === "approve-plan";

  const address = { folder, stack: stackName };
  const config = withVaultRoles(await readStackConfig(address), vaultRoles);
  const engine = await findEngine(session);
  const aws: { time?: string | undefined } = {};
  const stack = await openStack(address, config, engine, "create", session.signal, {
    deployedAt: () => aws.time,
    vaultRoles,
  });
  const lookAtGuard = async (): Promise<readonly GuardLoss[]> => {
    const guard = await checkGuard(await deployedVaults(stack), config, {}, session);
    session.emit({ type: "guard", ...guard });
    return guard.losses;
  };

  await deploy();
  const requireFit = await examineBackfill({ config, stack }, {}, session);
  const guard = await lookAtGuard();
  let isClean = true;
  for (const source of await deployedSources(stack, config)) {
    requireFit(source.config.source.name);
    isClean = (await proveSource(source)) && isClean;
  }
  return isClean;

  /** As `lockstep up`: what was done to the vaults by hand is put back, as far as the role may. */
  async function deploy(): Promise<void> {
    const resources = await stateResources(stack);
    aws.time = await preflight(config, {}, session, resources);
    const losses = await lookAtGuard();
    const deployed = await deployedVaults(stack);
    const byCalls = losses.filter((loss) => isRestoredByCall(loss, deployed));
    // What a vault refuses to this role would end the deployment before the rest of it was carried out.
    const refused = losses.filter((loss) => loss.restoredBy === "break-glass");
    const exclude = resourcesOf(refused, resources);
    await previewStack(stack, session, {
      refresh: true,
      exclude: [...exclude, ...resourcesOf(byCalls, resources)],
    });
    const left = vaultsLeftBehind(resources, config);
    await confirmVaultsLeftBehind(left, { ...session, confirm, leaveVaults: [], canAsk: true });
    await restoreByCalls(byCalls, deployed, config, {}, session);
    const roles = await checkRoles(stack, config, {}, session);
    if (roles.drift.length > 0) await removeForeignPolicies(stack, config, {}, session);
    await upStack(stack, session, { refresh: true, exclude });
    const now = aws.time === undefined ? session.clock.nowEpochMs() : Date.parse(aws.time);
    await writePromiseCopies(await outputsOfSources(stack), config, {}, session, now);
  }

  /** As `lockstep backfill`, then as `lockstep verify`. */
  async function proveSource(source: DeployedSource): Promise<boolean> {
    requireUpToDate(source.config, source.outputs);
    const clients = await stackClients(source.config, source.outputs, {});
    const { accept } = source.config.verdict ?? {};
    const look = { ...session, ...source, ...LIMITS, accept, clients, guard };
    try {
      const reportsFolder = join(folder, ".lockstep", "reports", stackName);
      const filled = await runBackfill({ ...look, confirm, reportsFolder });
      const verified = await verifyStack(look);
      return filled.clean && verified.clean;
    } finally {
      clients.destroy();
    }
  }
}

const [folder = ".", stackName = "dev", ...vaultRoles] = process.argv.slice(2);
main(folder, stackName, vaultRoles).then(
  (isClean) => (process.exitCode = isClean ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(
      `${isLockstepError(error) ? error.code : "Unexpected"}: ${String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
