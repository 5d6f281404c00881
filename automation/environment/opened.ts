/** A stack, opened for one call. */

import type { Stack } from "@pulumi/pulumi/automation";
import type { LockstepConfig } from "../../components/config/types";
import { stackClients, type StackClients } from "../aws/stack-clients";
import { withVaultRoles } from "../aws/vault-roles";
import type { Engine } from "../engine/find-engine";
import { LockstepError } from "../errors";
import type { JobsOptions } from "../jobs/source-jobs";
import { withCopies, type TakenFromCopies } from "../promise/outputs-from-copies";
import {
  deployedSources,
  type DeployedSource,
  type OutputsOfStack,
} from "../stack/deployed-sources";
import { requireDeclaring, teamStacksOf } from "../stack/joined-stacks";
import { deployedStack } from "../stack/read-outputs";
import { readStackConfig, type StackAddress } from "../stack/stack-config";
import { teamsAsOne } from "../stack/team-stacks";
import { openStack, type OpenOptions } from "../stack/workspace";
import type { Call } from "./call";

/** A stack, its checked config and an engine to work on it. */
export interface OpenedStack {
  readonly address: StackAddress;
  readonly config: LockstepConfig;
  readonly engine: Engine;
  readonly stack: Stack;
}

/** Opens what is deployed or taken down. The config is checked first: it costs nothing and is most often what is wrong. */
export async function openToChange(
  call: Call,
  mode: "create" | "select",
  options?: Pick<OpenOptions, "deployedAt">,
): Promise<OpenedStack> {
  const { address, signal, vaultRoles } = call;
  const config = withVaultRoles(await readStackConfig(address), vaultRoles);
  requireDeclaring(config);
  const engine = await call.engine();
  const stack = await openStack(address, config, engine, mode, signal, { ...options, vaultRoles });
  return { address, config, engine, stack };
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
export async function openForVerdict(call: Call): Promise<LookedAtStack> {
  const opened = await openForLook(call);
  const { config, stack } = opened;
  if (teamStacksOf(config) !== undefined || config.side !== "both") return opened;
  const found = withCopies(stack, config, call.aws, call);
  return { ...opened, stack: found, taken: () => found.taken() };
}

/** Opens what is only looked at, or has jobs made of it. */
export async function openForLook(call: Call): Promise<LookedAtStack> {
  const { address, signal } = call;
  const config = await readStackConfig(address);
  const engine = await call.engine();
  const teams = teamStacksOf(config);
  const stack =
    teams === undefined
      ? deployedStack(address, config, engine, signal)
      : teamsAsOne(address, config, engine, teams, signal);
  return { address, config, stack };
}

/** One source of a deployed stack, with the clients of its accounts. */
export interface SourceWork extends DeployedSource {
  readonly clients: StackClients;
}

/**
 * Runs `work` for each source of a deployed stack, one after the other.
 * @returns what each came to, in the order of the config
 */
export async function forEachSource<Result>(
  opened: LookedAtStack,
  call: Call,
  work: (source: SourceWork) => Promise<Result>,
): Promise<readonly Result[]> {
  const { config, stack } = opened;
  requireBothSides(config);
  const results: Result[] = [];
  for (const source of await deployedSources(stack, config)) {
    results.push(await withClients(source, config, call, work));
  }
  return results;
}

/** Runs `work` for one source, with clients that are closed afterwards. */
export async function withClients<Result>(
  source: DeployedSource,
  config: LockstepConfig,
  call: Call,
  work: (source: SourceWork) => Promise<Result>,
): Promise<Result> {
  if (config.isFleet) {
    const message = `source ${source.config.source.name}: ${source.outputs.source.bucketName}`;
    call.emit({ type: "note", message });
  }
  const clients = await stackClients(source.config, source.outputs, call.aws);
  try {
    return await work({ ...source, clients });
  } finally {
    clients.destroy();
  }
}

/** The place of a source's jobs, and what its stack was deployed from. */
export type SourceOfJobs = JobsOptions & Pick<DeployedSource, "config">;

/** Runs `work` with the jobs' places of every source, or of the one that is named, at once. */
export async function withSources<Result>(
  opened: LookedAtStack,
  sourceName: string | undefined,
  call: Call,
  work: (sources: readonly SourceOfJobs[]) => Promise<Result>,
): Promise<Result> {
  const { config, stack } = opened;
  requireBothSides(config);
  const made: StackClients[] = [];
  try {
    const sources: SourceOfJobs[] = [];
    for (const one of await deployedSources(stack, config, sourceName)) {
      const clients = await stackClients(one.config, one.outputs, call.aws);
      made.push(clients);
      const { clock, emit, signal } = call;
      const { config: own, outputs } = one;
      const { name: source } = own.source;
      const { prices } = own.backfill;
      sources.push({ clock, emit, signal, source, outputs, clients, prices, config: own });
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
