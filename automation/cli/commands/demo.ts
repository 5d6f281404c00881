import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { installLocalProviders } from "lockstep-sandbox/providers";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { accountClients, type AwsEnvironment } from "../../aws/aws-clients";
import { runBackfill } from "../../backfill/run";
import { deployedSources, outputsOfSources } from "../../stack/deployed-sources";
import { previewStack, upStack } from "../../stack/deploy";
import { sandboxPulumiHome } from "../../engine/cache-folder";
import { findEngine } from "../../engine/find-engine";
import { LockstepError } from "../../errors";
import { checkGuard } from "../../guard/check-guard";
import type { Confirm, Listener, VerdictFields } from "../../events";
import type { Look } from "../../look/look";
import { COMMAND, packageVersion } from "../../package-root";
import { checkLiveReplication } from "../../proof/live-check";
import { reportHtml } from "../../report/html";
import { makeReport } from "../../report/make-report";
import { seeSource } from "../../report/see-source";
import { preflight } from "../../stack/preflight";
import { writePromiseCopies } from "../../promise/write-copies";
import { proveRefusals } from "../../proof/prove";
import { stackClients, type StackClients } from "../../aws/stack-clients";
import { openStack, readStackConfig, type StackAddress } from "../../stack/workspace";
import type { CommandContext, CommandHandler } from "../command";
import { DEMO, writeDemoProject, type DemoAccount } from "../demo/project";
import { seedSourceBucket } from "../demo/seed";
import { ownDependencies, sourceFiles, type SourceFile } from "../demo/source-files";
import { EXIT } from "../exit-codes";
import { projectFolder, runName } from "../project-folder";

const STAGES = [
  "Set-up: the Pulumi engine",
  "AWS on this machine: two accounts in two Regions",
  "Real files into a source bucket that knows no replication",
  "Preview and up: the locked vault, the rule, both roles",
  "Live replication: new objects arrive by themselves",
  "The backfill: one job for everything that was there before",
  "The proof: every version, looked at in the vault",
  "Attempts on the vault as its administrator",
] as const;

/** Everything is on this machine, so looking often costs nothing and shows every state of the job. */
const DEMO_LIMITS = {
  jobLimits: { intervalMs: 50, maxIntervalMs: 100, deadlineMs: 60 * 60_000 },
  settleLimits: { intervalMs: 100, maxIntervalMs: 1_000, deadlineMs: 30 * 60_000 },
  concurrency: 32,
} as const;

const LIVE_LIMITS = { intervalMs: 50, maxIntervalMs: 500, deadlineMs: 60_000 } as const;
/** At least this many files of our own dependencies, which have many more. */
const DEFAULT_FILES_COUNT = 2_000;

/** `lockstep demo`: the whole road in the sandbox. */
export const demo: CommandHandler = async (context) => {
  const stage = (step: number): void =>
    context.emit({ type: "stage", step, steps: STAGES.length, title: STAGES[step - 1] ?? "" });
  stage(1);
  const engine = await findEngine(context);
  const pulumiHome = sandboxPulumiHome();
  await installLocalProviders(pulumiHome);

  stage(2);
  const sandbox = await startSandbox();
  try {
    const folder = await makeRunFolder(context);
    const { configFile } = await sandbox.writeAwsConfig(join(folder, "aws"));
    const [sourceAccount, vaultAccount] = accountsOf(sandbox);
    context.emit({
      type: "sandbox-ready",
      endpoint: sandbox.endpoint,
      accounts: [sourceAccount, vaultAccount],
    });
    // The user's own AWS settings must have no say here.
    const environment: AwsEnvironment = { configFile, variables: {} };
    const address = await writeDemoProject({
      folder,
      source: sourceAccount,
      vault: vaultAccount,
      awsConfigFile: configFile,
      endpoint: sandbox.endpoint,
      pulumiHome,
    });

    stage(3);
    await seed(context, sourceAccount, environment);

    stage(4);
    const config = await readStackConfig(address);
    const deployedAt = await preflight(config, environment, context);
    const stack = await openStack(address, config, engine, "create", context.signal, {
      deployedAt: () => deployedAt,
    });
    await previewStack(stack, context);
    await upStack(stack, context);
    const now = deployedAt === undefined ? context.clock.nowEpochMs() : Date.parse(deployedAt);
    await writePromiseCopies(await outputsOfSources(stack), config, environment, context, now);

    const [source] = await deployedSources(stack, config);
    if (source === undefined) throw new Error("The demo's stack has no source.");
    const { outputs } = source;
    const clients = await stackClients(source.config, outputs, environment);
    try {
      stage(5);
      await showLiveReplication(context, clients, outputs.source.bucketName);

      stage(6);
      // As `backfill` does: a verdict is not clean while a vault's guard is not whole.
      const guard = await checkGuard(outputs.vaults, config, environment, context);
      context.emit({ type: "guard", ...guard });
      let last: Look | undefined;
      const verdict = await runBackfill({
        ...context,
        ...DEMO_LIMITS,
        traits: true,
        onLook: (look) => {
          last = look;
          return Promise.resolve();
        },
        emit: announcing(context.emit, () => stage(7)),
        confirm: demoConfirm(context),
        config: source.config,
        outputs,
        clients,
        guard: guard.losses,
        reportsFolder: join(folder, "reports"),
      });

      stage(8);
      for (const access of clients.vaults.values()) await proveRefusals(access, context);
      const page = join(folder, "report.html");
      const name = source.config.source.name;
      // By now the ledger has how the job went on, too.
      const seen = last && (await seeSource(last, { ...context, clients, outputs }));
      const report = makeReport({
        lockstepVersion: packageVersion(),
        stack: address.stack,
        madeEpochMs: context.clock.nowEpochMs(),
        result: {
          clean: verdict.clean,
          guard: guard.losses,
          sources: [{ source: name, verdict: { ...verdict, source: name } }],
        },
        guard,
        seen: new Map(seen === undefined ? [] : [[name, seen]]),
      });
      await writeFile(page, await reportHtml(report));
      context.emit(ending(context, address, verdict, page));
      return verdict.clean ? EXIT.ok : EXIT.failure;
    } finally {
      clients.destroy();
    }
  } finally {
    await sandbox.close();
  }
};

async function makeRunFolder(context: CommandContext): Promise<string> {
  const folder = projectFolder(context.folder, `demo-${runName(context)}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

function accountsOf(sandbox: Sandbox): readonly [DemoAccount, DemoAccount] {
  const [source, vault] = sandbox.accounts.map(({ name, accountId, region }) => ({
    name,
    accountId,
    region,
  }));
  if (source === undefined || vault === undefined) throw new Error("The sandbox has no accounts.");
  return [source, vault];
}

async function seed(
  context: CommandContext,
  source: DemoAccount,
  environment: AwsEnvironment,
): Promise<void> {
  const { data, files: limit } = context.flags;
  const folder = data === undefined ? ownDependencies() : resolve(context.folder, data);
  const limitCount = limit ?? (data === undefined ? DEFAULT_FILES_COUNT : Number.POSITIVE_INFINITY);
  const files = await listFiles(folder, limitCount);
  context.emit({ type: "note", message: `files of ${folder}` });
  const { accountId, name, region } = source;
  const clients = await accountClients({ accountId, region, profile: name }, environment);
  try {
    await seedSourceBucket({
      ...context,
      s3: clients.s3,
      bucket: DEMO.sourceBucket,
      region,
      files,
    });
  } finally {
    clients.destroy();
  }
}

async function listFiles(folder: string, limitCount: number): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  try {
    for await (const file of sourceFiles(folder, limitCount)) files.push(file);
  } catch (error) {
    throw new LockstepError("ConfigInvalid", `The folder ${folder} cannot be read.`, {
      hint: "Name a folder with files in it with --data.",
      cause: error,
    });
  }
  return files;
}

async function showLiveReplication(
  context: CommandContext,
  clients: StackClients,
  bucket: string,
): Promise<void> {
  const writtenAt = new Date(context.clock.nowEpochMs()).toISOString();
  await checkLiveReplication({
    ...context,
    source: clients.source.s3,
    bucket,
    vaults: [...clients.vaults.values()],
    objects: ["first", "second", "third"].map((word) => ({
      key: `written after the rule/${word} – ${writtenAt}.txt`,
      body: `The ${word} object written after the rule, at ${writtenAt}.\n`,
    })),
    limits: LIVE_LIMITS,
  });
}

/** On a terminal the plan is asked for. Elsewhere the demo goes on: in the sandbox nothing can be lost or cost money. */
function demoConfirm(context: CommandContext): Confirm {
  if (context.isInteractive || context.flags.yes === true) return context.confirm;
  return (question) => {
    context.emit({
      type: "note",
      message: `${question.text} Yes: there is no terminal to ask on, and this is the sandbox.`,
    });
    return Promise.resolve(true);
  };
}

/** Announces the proof when the job is done and its report is there. */
function announcing(emit: Listener, announce: () => void): Listener {
  let announced = false;
  return (event) => {
    if (!announced && (event.type === "report" || event.type === "nothing-to-do")) {
      announced = true;
      announce();
    }
    emit(event);
  };
}

function ending(
  context: CommandContext,
  address: StackAddress,
  verdict: VerdictFields,
  page: string,
): Parameters<Listener>[0] {
  const shown = (path: string): string => relative(context.folder, path) || path;
  return {
    type: "done",
    command: "demo",
    ...(verdict.jobId !== undefined && {
      reportFolder: shown(join(address.folder, "reports", `job-${verdict.jobId}`)),
    }),
    page: shown(page),
    stateFolder: shown(join(address.folder, "state")),
    next: [
      `${COMMAND} demo --data FOLDER        the same with files of your own`,
      `${COMMAND} sandbox                   AWS on this machine, for your own tests`,
      `${COMMAND} preview --stack dev       against your own accounts (edit Pulumi.dev.yaml first)`,
    ],
  };
}
