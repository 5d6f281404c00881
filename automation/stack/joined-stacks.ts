/**
 * The stacks of two teams, looked at as one: by who may look into both, from a stack of its own that declares nothing.
 */

import type { LockstepConfig } from "../../components/config/types";
import type { FleetOutputs, LockstepOutputs, VaultOutputs } from "../../components/promise/outputs";
import { promiseDigest, promisedVaults } from "../../components/promise/promise";
import { LockstepError, type Problem } from "../errors";

/** What a stack tells: of one source, or of several. */
export type StackOutputs = Partial<LockstepOutputs & FleetOutputs>;

/** Names of the stacks of two teams. */
export interface TeamStacks {
  readonly sourceStack: string;
  readonly vaultStack: string;
}

/** The stacks that a config looks into; undefined for one that declares what it says. */
export function teamStacksOf({ sourceStack, vaultStack }: LockstepConfig): TeamStacks | undefined {
  return sourceStack === undefined || vaultStack === undefined
    ? undefined
    : { sourceStack, vaultStack };
}

/**
 * Refuses to deploy or destroy with a config that only looks.
 * @throws LockstepError `ConfigInvalid` with what to run instead
 */
export function requireDeclaring(config: LockstepConfig): void {
  const teams = teamStacksOf(config);
  if (teams === undefined) return;
  const { sourceStack, vaultStack } = teams;
  throw new LockstepError(
    "ConfigInvalid",
    `This stack declares nothing: it looks into ${sourceStack} and ${vaultStack}.`,
    {
      problems: [{ path: "sourceStack", message: "is for backfill and verify alone" }],
      hint:
        "Run it with the config of side source or vaults, in the stack of the team that it is about. " +
        "A stack that declares both sides itself has neither sourceStack nor vaultStack.",
    },
  );
}

/**
 * What both stacks tell together: sources, rules and operations as the source's stack does, vaults as the vaults' does.
 * Each promise is named anew, since the guard of a vault is known to its own stack alone. Pure.
 * @throws LockstepError `StackNotDeployed` for a vault that its team has not deployed; `StackOutOfDate` when the source was
 * deployed with another bucket, account or key than the vault has
 */
export function joinOutputs(
  source: StackOutputs,
  vaults: StackOutputs,
  { sourceStack, vaultStack }: TeamStacks,
): StackOutputs {
  const problems: Problem[] = [];
  const joined = (source.vaults ?? []).map((known, index) => {
    const found = vaults.vaults?.find(({ name }) => name === known.name);
    if (found === undefined) {
      throw new LockstepError(
        "StackNotDeployed",
        `The vault ${known.name} is not in the stack ${vaultStack}.`,
        { hint: "Its team runs `lockstep up` with side vaults, and the source's team after that." },
      );
    }
    problems.push(...differences(`vaults[${index}]`, known, found, sourceStack));
    return found;
  });
  if (problems.length > 0) {
    throw new LockstepError("StackOutOfDate", "The two teams' stacks do not agree.", {
      problems,
      hint: `The source's team runs \`lockstep up\` again: the vaults have changed since ${sourceStack} was deployed.`,
    });
  }
  const whole = <Part extends Omit<LockstepOutputs, "vaults">>(part: Part): Part => {
    const { batchRoleArn, roles, rules, source: place } = part;
    const parts = { batchRoleArn, roles, rules, source: place, vaults: joined };
    const filled = promisedVaults(parts);
    const digest = promiseDigest({ ...parts, vaults: filled });
    return { ...part, promise: { version: 1, digest } };
  };
  if (source.sources !== undefined) {
    return { ...source, vaults: joined, sources: source.sources.map(whole) };
  }
  return {
    ...(source.source === undefined ? source : whole(source as LockstepOutputs)),
    vaults: joined,
  };
}

/** What the source's rules were made with has to be what the vault is. */
function differences(
  path: string,
  known: VaultOutputs,
  found: VaultOutputs,
  sourceStack: string,
): Problem[] {
  const members = ["accountId", "region", "bucketName", "kmsKeyArn"] as const;
  return members
    .filter((member) => known[member] !== found[member])
    .map((member) => ({
      path: `${path}.${member}`,
      message: `is ${found[member] ?? "none"}, and ${sourceStack} was deployed with ${known[member] ?? "none"}`,
    }));
}
