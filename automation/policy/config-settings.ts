import type { LockstepConfig } from "../../components/config/types";

/** Settings of policy rules that follow from a stack's config: what it asks for on purpose violates nothing. */
export function policySettingsOf({
  rules,
  sources,
  vaults,
}: LockstepConfig): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> {
  const chained = sources.filter(({ chainedFrom }) => chainedFrom !== undefined);
  return {
    "no-chained-replicas": { declared: chained.map(({ bucket }) => bucket.name) },
    "time-control-when-asked": {
      allowed: rules
        .filter(({ replicationTimeControl }) => replicationTimeControl)
        .map(({ name }) => name),
    },
    "break-glass-only": {
      breakGlass: vaults.flatMap(({ breakGlassRoleArn }) => breakGlassRoleArn ?? []),
    },
  };
}
