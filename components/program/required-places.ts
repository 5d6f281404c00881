import * as pulumi from "@pulumi/pulumi";
import type { LockstepConfig } from "../config/types";
import { type DeployedSource, movedSources } from "../source/moved-sources";
import { ArgumentsError } from "../validation";
import { type DeployedVault, movedVaults } from "../vault/moved-vaults";
import { readStackOutputs } from "./stack-outputs";

/**
 * A source and a vault stay where they are, a vault under its name. The engine would not see the move: a provider that changes its
 * account or Region is changed in place, and what it made counts as there; and the bucket of a vault under a new name would be made
 * once more.
 * @throws ArgumentsError naming everything that moves, and what to do
 */
export async function requirePlacesStay(config: LockstepConfig): Promise<void> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { source, sources, vaults } = (await readStackOutputs(stack)) ?? {};
  const deployed = [
    ...(source === undefined ? [] : [source as DeployedSource]),
    ...(Array.isArray(sources) ? (sources as { source: DeployedSource }[]) : []).map(
      (member) => member.source,
    ),
  ];
  const ofSources = config.side === "vaults" ? [] : movedSources(deployed, config);
  const ofVaults =
    config.side === "source"
      ? []
      : movedVaults(Array.isArray(vaults) ? (vaults as DeployedVault[]) : [], config.vaults);
  const moved = [
    ...(ofSources.length > 0 ? ["source"] : []),
    ...(ofVaults.length > 0 ? ["vault"] : []),
  ];
  if (moved.length === 0) return;
  throw new ArgumentsError(`A deployed ${moved.join(" and a deployed ")} cannot move:`, [
    ...ofSources,
    ...ofVaults,
  ]);
}
