/** The limits of a vault's retention, beside what the vault and its sources lock for. */

import { DEFAULT_GOVERNANCE_RETENTION_DAYS, PILOT_RETENTION_DAYS } from "./fill-in";
import type { LooseConfig, LooseVault, PlacedSource, ReportProblem } from "./loose-config";
import { parseDurationDays } from "./values";

/** A limit that the promised lock itself would break refuses every version, or the very ones that are locked best. */
export function checkRetentionLimits(
  vault: LooseVault,
  path: string,
  config: LooseConfig,
  report: ReportProblem,
): void {
  const { maximumRetention, minimumRetention } = vault.lock ?? {};
  const maximumDays = daysOf(maximumRetention);
  const minimumDays = daysOf(minimumRetention);
  const promisedDays = promisedDaysOf(vault);
  if (maximumDays !== undefined && promisedDays !== undefined && maximumDays < promisedDays) {
    report(
      `${path}.lock.maximumRetention`,
      `expected at least the vault's retention of ${inDays(promisedDays)}, got "${maximumRetention}"; versions locked as promised would be refused: say as much or more, or leave it out for 10 years or more`,
    );
  }
  for (const sender of sendersTo(vault, config)) {
    const locked = lockedBy(sender, config);
    if (maximumDays === undefined || locked === undefined || maximumDays >= locked.days) continue;
    report(
      `${path}.lock.maximumRetention`,
      `expected at least the retention of ${inDays(locked.days)} in ${locked.path}, got "${maximumRetention}"; every version of that source would be refused: say as much or more, or leave it out for 10 years or more`,
    );
  }
  if (minimumDays !== undefined && promisedDays !== undefined && minimumDays > promisedDays) {
    report(
      `${path}.lock.minimumRetention`,
      `expected at most the vault's retention of ${inDays(promisedDays)}, got "${minimumRetention}"; versions locked as promised would be refused: say as much or less, or leave it out`,
    );
  }
}

/** What a source locks its versions for by default, and where that is said. */
function lockedBy(
  { path, source }: PlacedSource,
  { vaults }: LooseConfig,
): { days: number; path: string } | undefined {
  const chained = source.bucket?.vault;
  if (chained === undefined) {
    const days = daysOf(source.bucket?.objectLock?.retention);
    return days === undefined ? undefined : { days, path: `${path}.bucket.objectLock` };
  }
  const index = vaults.findIndex(({ name }) => name === chained);
  const vault = vaults[index];
  const days = vault === undefined ? undefined : promisedDaysOf(vault);
  return days === undefined ? undefined : { days, path: `vaults[${index}].lock` };
}

/** Undefined where it is missing or wrong, which is said elsewhere. */
function promisedDaysOf({ lock }: LooseVault): number | undefined {
  const stage = lock?.stage ?? "pilot";
  if (stage === "pilot") return PILOT_RETENTION_DAYS;
  if (lock?.retention !== undefined) return daysOf(lock.retention);
  return stage === "governance" ? DEFAULT_GOVERNANCE_RETENTION_DAYS : undefined;
}

function sendersTo(vault: LooseVault, { rules, sources }: LooseConfig): LooseConfig["sources"] {
  const filling = rules.filter((rule) => vault.name !== undefined && rule.vault === vault.name);
  return sources.filter(({ name, source }) =>
    filling.some((rule) =>
      rule.source === undefined ? source.bucket?.vault === undefined : rule.source === name,
    ),
  );
}

function daysOf(retention: string | undefined): number | undefined {
  if (retention === undefined) return undefined;
  const parsed = parseDurationDays(retention);
  return "days" in parsed ? parsed.days : undefined;
}

function inDays(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}
