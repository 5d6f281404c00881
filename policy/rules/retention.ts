import { defineRule } from "../define-rule";
import { expiriesOf } from "../program/lifecycle";
import { lockOf, type Retention } from "../program/lock";
import type { Program } from "../program/program";
import type { Bucket } from "../program/bucket";
import { pairsOf, vaultsOf } from "../program/replications";
import type { PolicyViolation } from "../rule";
import { UNKNOWN } from "../values";

/**
 * The vault's default retention against the source's.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export const retentionNotShorter = defineRule({
  id: "retention-not-shorter",
  title: "A vault locks no shorter and no weaker than its source",
  severity: "error",
  rationale:
    "Versions that were written before the source had a default retention, or by a backfill, come without one and get the vault's: shorter or GOVERNANCE there, the copy goes before the original.",
  fix: "Raise the vault's default retention to the source's days and mode. It holds for versions that come afterwards.",
  references: { nist80053: ["CP-6(2)", "CP-9"] },
  settings: {},
  check: (program) =>
    pairsOf(program).flatMap(({ source, vault }): PolicyViolation[] => {
      const sourceRetention = knownRetention(program, source);
      const vaultLock = lockOf(program, vault);
      const vaultRetention = knownRetention(program, vault);
      if (sourceRetention === undefined || vaultLock === undefined) return [];
      if (vaultRetention === undefined) return [];
      const { days, mode } = vaultRetention;
      const messages: string[] = [];
      if (
        typeof days === "number" &&
        typeof sourceRetention.days === "number" &&
        days < sourceRetention.days
      ) {
        messages.push(`It locks for ${days} days, its source for ${sourceRetention.days}.`);
      }
      if (sourceRetention.mode === "COMPLIANCE" && mode === "GOVERNANCE") {
        messages.push("It locks in GOVERNANCE mode, its source in COMPLIANCE mode.");
      }
      return messages.map((message) => ({ resource: vaultLock.resource, message }));
    }),
});

/**
 * A vault's lifecycle against its retention.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-lifecycle
 */
export const lifecycleNotShorter = defineRule({
  id: "lifecycle-not-shorter",
  title: "No lifecycle of a vault ends before its retention",
  severity: "error",
  rationale:
    "Lifecycle removes no locked version, but it does put a delete marker on a current one: the key looks deleted to everybody who lists the vault. It counts from the original's date, since replicas keep it, so old versions are hidden on the day they arrive.",
  fix: "Let expirations start after the retention, or take them out of the vault. Incomplete uploads and expired delete markers may be cleaned up at any time.",
  references: { nist80053: ["CP-9", "SI-12"] },
  settings: {},
  check: (program) =>
    lockedVaults(program).flatMap(([vault, { days }]) =>
      expiriesOf(program, vault).flatMap(
        ({ currentDays, hasDate, label, noncurrentDays, resource }): PolicyViolation[] => {
          if (typeof days !== "number") return [];
          if (hasDate) {
            return [
              { resource, message: `${label} expires versions at a date, however new they are.` },
            ];
          }
          if (typeof currentDays === "number" && currentDays < days) {
            const message = `${label} puts delete markers on versions of ${currentDays} days, which are locked for ${days}.`;
            return [{ resource, message }];
          }
          if (typeof noncurrentDays === "number" && noncurrentDays < days) {
            const message = `${label} asks to remove noncurrent versions after ${noncurrentDays} days, which are locked for ${days}: S3 does so as soon as the lock ends.`;
            return [{ resource, severity: "warning", message }];
          }
          return [];
        },
      ),
    ),
});

function knownRetention(program: Program, bucket: Bucket): Retention | undefined {
  const retention = lockOf(program, bucket)?.retention;
  return retention === UNKNOWN ? undefined : retention;
}

/** Destinations with a default retention that is known. */
function lockedVaults(program: Program): readonly (readonly [Bucket, Retention])[] {
  return [...vaultsOf(program)].flatMap((vault) => {
    const retention = knownRetention(program, vault);
    return retention === undefined ? [] : [[vault, retention] as const];
  });
}
