/*
 * The driver inside a tool of one's own: `lockstep up`, `lockstep backfill` and `lockstep verify` of one environment, with the
 * events going where the tool wants them, and its own answers to the questions. With break-glass roles, the vaults are reached as
 * these.
 *
 *     node -r ./scripts/typescript.cjs examples/embed.ts FOLDER STACK [VAULT-ROLE-ARN ...]
 */
import { isLockstepError, openEnvironment, streamEvents, type Confirm } from "../automation";

async function main(cwd: string, stack: string, vaultRoles: readonly string[]): Promise<boolean> {
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  const { signal } = abort;

  // A tool would show the question on its page and wait for the answer. A vault is not left behind.
  const confirm: Confirm = async ({ code }) => code === "deploy" || code === "approve-plan";

  const environment = await openEnvironment({ cwd, stack, vaultRoles, confirm });

  // Events are told to a listener,
  const emit = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
  await environment.up({ emit, signal });

  // or taken one by one.
  const filling = streamEvents((listener) => environment.backfill({ emit: listener, signal }));
  for await (const event of filling.events) emit(event);
  const filled = await filling.result;

  const verified = await environment.verify({ emit, signal });
  return filled.clean && verified.clean;
}

const [folder = ".", stackName = "dev", ...vaultRoles] = process.argv.slice(2);
main(folder, stackName, vaultRoles).then(
  (isClean) => (process.exitCode = isClean ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(
      isLockstepError(error)
        ? `${error.code}: ${error.message}\nhint: ${error.hint}\n`
        : `Unexpected: ${String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
