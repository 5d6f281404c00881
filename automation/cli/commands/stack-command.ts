import type { Stack } from "@pulumi/pulumi/automation";
import type { LockstepConfig } from "../../../components/config/types";
import {
  deployedSources,
  type DeployedSource,
  type OutputsOfStack,
} from "../../stack/deployed-sources";
import type { JobsOptions } from "../../jobs/source-jobs";
import { findEngine, type Engine } from "../../engine/find-engine";
import { LockstepError } from "../../errors";
import { requireDeclaring, teamStacksOf } from "../../stack/joined-stacks";
import { withCopies, type TakenFromCopies } from "../../promise/outputs-from-copies";
import { MOST_IN_FLIGHT } from "../../aws/request-pace";
import { stackClients, type StackClients } from "../../aws/stack-clients";
import { deployedStack } from "../../stack/read-outputs";
import { teamsAsOne } from "../../stack/team-stacks";
import { withVaultRoles } from "../../aws/vault-roles";
import {
  openStack,
  type OpenOptions,
  readStackConfig,
  selectedStack,
  type StackAddress,
} from "../../stack/workspace";
import type { CommandContext } from "../command";
import { projectFolder } from "../project-folder";
import { namedStack } from "./early-mistakes";

/** How to wait for a job and for replication: soon at first, then at the pace that AWS asks for. */
export const AWS_LIMITS = {
  jobLimits: { intervalMs: 500, maxIntervalMs: 30_000, deadlineMs: 7 * 24 * 60 * 60_000 },
  settleLimits: { intervalMs: 500, maxIntervalMs: 30_000, deadlineMs: 2 * 60 * 60_000 },
  concurrency: MOST_IN_FLIGHT,
} as const;

/** The stack that the command line or `PULUMI_STACK` names, else the one that `pulumi stack select` chose. */
export async function stackAddress(context: CommandContext): Promise<StackAddress> {
  const stack =
    namedStack(context.flags) ??
    (await selectedStack(context.folder, await findEngine(context), context.signal));
  if (stack === undefined) {
    throw new LockstepError("ConfigInvalid", "No stack is named, and none is selected.", {
      hint: "Add --stack <name>, set PULUMI_STACK, or choose one with `pulumi stack select`.",
    });
  }
  return { folder: context.folder, stack };
}

/** Folder of the completion reports of a stack. */
export function reportsFolder(address: StackAddress): string {
  return projectFolder(address.folder, "reports", address.stack);
}

/** A stack, its checked config and an engine to work on it. */
export interface OpenedStack {
  readonly address: StackAddress;
  readonly config: LockstepConfig;
  readonly engine: Engine;
  readonly stack: Stack;
}

/** Opens the stack of the command line. The config is checked first: it costs nothing and is most often what is wrong. */
export async function openNamedStack(
  context: CommandContext,
  mode: "create" | "select",
  options?: Pick<OpenOptions, "deployedAt">,
): Promise<OpenedStack> {
  const address = await stackAddress(context);
  const { vaultRole: vaultRoles = [] } = context.flags;
  const config = withVaultRoles(await readStackConfig(address), vaultRoles);
  requireDeclaring(config);
  const engine = await findEngine(context);
  return {
    address,
    config,
    engine,
    stack: await openStack(address, config, engine, mode, context.signal, {
      ...options,
      vaultRoles,
    }),
  };
}

/** What is deployed, as it is looked at: of the stack itself, or of two teams' stacks that it names. */
export interface LookedAtStack {
  readonly address: StackAddress;
  readonly config: LockstepConfig;
  readonly stack: OutputsOfStack;
  /** What of it was taken from the promises' copies. Absent where they are not asked. */
  taken?(): Promise<TakenFromCopies>;
}

/** Opens what `verify` looks at: where the stack's state is lost or destroyed, what the promises' copies tell. */
export async function openForVerdict(context: CommandContext): Promise<LookedAtStack> {
  const opened = await openForLook(context);
  const { config, stack } = opened;
  if (teamStacksOf(config) !== undefined || config.side !== "both") return opened;
  const found = withCopies(stack, config, {}, context);
  return { ...opened, stack: found, taken: () => found.taken() };
}

/** Opens what `backfill` and `verify` look at. */
export async function openForLook(context: CommandContext): Promise<LookedAtStack> {
  const address = await stackAddress(context);
  const config = await readStackConfig(address);
  const engine = await findEngine(context);
  const teams = teamStacksOf(config);
  const stack =
    teams === undefined
      ? deployedStack(address, config, engine, context.signal)
      : teamsAsOne(address, config, engine, teams, context.signal);
  return { address, config, stack };
}

/** One source of a deployed stack, with the clients of its accounts. */
export interface SourceWork extends DeployedSource {
  readonly clients: StackClients;
}

/**
 * Runs `work` for each source of a deployed stack, or for the one that `--source` names, one after the other.
 * @returns what each came to, in the order of the config
 */
export async function forEachSource<Result>(
  opened: LookedAtStack,
  context: CommandContext,
  work: (source: SourceWork) => Promise<Result>,
): Promise<readonly Result[]> {
  const { config, stack } = opened;
  requireBothSides(config);
  const results: Result[] = [];
  for (const source of await deployedSources(stack, config, context.flags.source)) {
    results.push(await withClients(source, config, context, work));
  }
  return results;
}

/** Runs `work` for one source, with clients that are closed afterwards. */
export async function withClients<Result>(
  source: DeployedSource,
  config: LockstepConfig,
  context: CommandContext,
  work: (source: SourceWork) => Promise<Result>,
): Promise<Result> {
  if (config.isFleet) {
    const message = `source ${source.config.source.name}: ${source.outputs.source.bucketName}`;
    context.emit({ type: "note", message });
  }
  const clients = await stackClients(source.config, source.outputs, {});
  try {
    return await work({ ...source, clients });
  } finally {
    clients.destroy();
  }
}

/** Runs `work` with the jobs' places of every source, or of the one that `--source` names, at once. */
export async function withSources<Result>(
  opened: LookedAtStack,
  context: CommandContext,
  work: (sources: readonly JobsOptions[]) => Promise<Result>,
): Promise<Result> {
  const { config, stack } = opened;
  requireBothSides(config);
  const made: StackClients[] = [];
  try {
    const sources: JobsOptions[] = [];
    for (const one of await deployedSources(stack, config, context.flags.source)) {
      const clients = await stackClients(one.config, one.outputs, {});
      made.push(clients);
      const { clock, emit, signal } = context;
      const { name } = one.config.source;
      sources.push({ clock, emit, signal, source: name, outputs: one.outputs, clients });
    }
    return await work(sources);
  } finally {
    for (const clients of made) clients.destroy();
  }
}

/** @throws LockstepError `ConfigInvalid` for the stack of one of two teams */
export function requireBothSides({ side }: LockstepConfig): void {
  if (side === "both") return;
  throw new LockstepError(
    "ConfigInvalid",
    `This stack is of side ${side}: only whoever may look into source and vaults can do this.`,
    {
      hint: "Run it with a config of side both that names the two teams' stacks in sourceStack and vaultStack, with access to both accounts.",
    },
  );
}
