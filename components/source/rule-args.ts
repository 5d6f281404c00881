import { withPriorities } from "../config/fill-in";
import type { RuleConfig } from "../config/types";

/** A rule as a program writes it: what is left out has the default of the config. */
export type RuleArgs = Pick<RuleConfig, "name" | "vault"> & Partial<RuleConfig>;

/** Fills in the defaults: enabled, the whole bucket, nothing beside the versions, the lowest free priority. */
export function completeRules(rules: readonly RuleArgs[]): RuleConfig[] {
  return withPriorities(
    rules.map((rule) => ({
      status: "Enabled",
      filter: {},
      ownerOverride: false,
      replicationTimeControl: false,
      metrics: false,
      deleteMarkerReplication: false,
      replicaModifications: false,
      ...rule,
    })),
  );
}
