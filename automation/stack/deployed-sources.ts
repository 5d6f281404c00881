import type { OutputMap } from "@pulumi/pulumi/automation";
import { ConfigError } from "../../components/config/config-error";
import { replicationOf } from "../../components/config/schema";
import type { LockstepConfig, ReplicationConfig } from "../../components/config/types";
import type { FleetOutputs, LockstepOutputs, VaultOutputs } from "../../components/promise/outputs";
import { promisedVaults } from "../../components/promise/promise";
import { LockstepError } from "../errors";
import { toLockstepError } from "./workspace";

/** A stack as far as it is looked at: one of Pulumi's, or two teams' as one. */
export interface OutputsOfStack {
  /** Shown in messages. */
  readonly name: string;
  /** As those of a Pulumi stack: by name, each with whether it is secret. */
  outputs(): Promise<OutputMap>;
}

/** One source of a stack: what its config says, and what is deployed. */
export interface DeployedSource {
  /** The source's part of the config. */
  readonly config: ReplicationConfig;
  /** The source's part of the stack's outputs, with the vaults that its rules fill. */
  readonly outputs: LockstepOutputs;
  /** Names of its vaults that other sources of the stack fill as well. */
  readonly sharedVaults: readonly string[];
}

/**
 * The sources of a deployed stack, or the one that is named.
 * @throws LockstepError `StackNotDeployed` when there is nothing of it; `ConfigInvalid` when no source has that name
 */
export async function deployedSources(
  stack: OutputsOfStack,
  config: LockstepConfig,
  sourceName?: string,
): Promise<readonly DeployedSource[]> {
  const read = await sourceReader(stack, config);
  return sourceNames(config, sourceName).map(read);
}

/**
 * The names of the sources to work on, in the order of the config.
 * @throws LockstepError `ConfigInvalid` when no source has the name that is asked for
 */
export function sourceNames(config: LockstepConfig, sourceName?: string): readonly string[] {
  return sourceName === undefined
    ? config.sources.map(({ name }) => name)
    : [sourceOf(config, sourceName).source.name];
}

/**
 * Reads a stack's outputs once, for each of its sources. The function that is returned throws LockstepError
 * `StackNotDeployed` for a source that is not there, so that the others can still be looked at.
 */
export async function sourceReader(
  stack: OutputsOfStack,
  config: LockstepConfig,
): Promise<(name: string) => DeployedSource> {
  const outputs = await stackOutputs(stack);
  return (name) => {
    const found = outputsOfSource(outputs, name);
    if (found === undefined) throw notDeployed(stack, config.isFleet ? name : undefined);
    const others = (outputs.sources ?? []).filter((source) => source.name !== name);
    const filled = new Set(others.flatMap(({ rules }) => rules.map(({ vault }) => vault)));
    return {
      config: replicationOf(config, name),
      outputs: found,
      sharedVaults: found.vaults.flatMap((vault) => (filled.has(vault.name) ? [vault.name] : [])),
    };
  };
}

function sourceOf(config: LockstepConfig, name: string): ReplicationConfig {
  try {
    return replicationOf(config, name);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new LockstepError("ConfigInvalid", `The config has no source ${name}.`, {
      problems: error.problems,
      hint: "Name one of them with --source.",
      cause: error,
    });
  }
}

/** A stack with one source tells it by itself, a fleet in a list, each with the vaults that its rules fill. */
function outputsOfSource(
  outputs: Partial<LockstepOutputs & FleetOutputs>,
  name: string,
): LockstepOutputs | undefined {
  if (outputs.sources === undefined) {
    return outputs.source === undefined ? undefined : (outputs as LockstepOutputs);
  }
  const source = outputs.sources.find((entry) => entry.name === name);
  if (source === undefined) return undefined;
  const { rules } = source;
  return { ...source, vaults: promisedVaults({ rules, vaults: outputs.vaults ?? [] }) };
}

/**
 * The outputs of a deployed stack with one source.
 * @throws LockstepError `StackNotDeployed` when it has none
 */
export async function readOutputs(stack: OutputsOfStack): Promise<LockstepOutputs> {
  const outputs = outputsOfSource(await stackOutputs(stack), "source");
  if (outputs === undefined) throw notDeployed(stack);
  return outputs;
}

/** What each source of a deployed stack tells, with the vaults that its rules fill; none when nothing of it is deployed. */
export async function outputsOfSources(stack: OutputsOfStack): Promise<readonly LockstepOutputs[]> {
  const outputs = await stackOutputs(stack);
  const names = outputs.sources?.map(({ name }) => name) ?? [""];
  return names.flatMap((name) => outputsOfSource(outputs, name) ?? []);
}

/** The vaults of a deployed stack, on whichever side; none when nothing of it is deployed. */
export async function deployedVaults(stack: OutputsOfStack): Promise<readonly VaultOutputs[]> {
  return (await stackOutputs(stack)).vaults ?? [];
}

function notDeployed(stack: OutputsOfStack, source?: string): LockstepError {
  const what = source === undefined ? `stack ${stack.name}` : `source ${source} of ${stack.name}`;
  return new LockstepError("StackNotDeployed", `The ${what} is not deployed.`, {
    hint: `Run \`lockstep up --stack ${stack.name}\` first.`,
  });
}

export async function stackOutputs(
  stack: OutputsOfStack,
): Promise<Partial<LockstepOutputs & FleetOutputs>> {
  const values = await stack.outputs().catch((error: unknown) => {
    throw toLockstepError(error);
  });
  return Object.fromEntries(
    Object.entries(values).map(([name, output]) => [name, output.value as unknown]),
  );
}
