import { checkAccess, checkKeyPlace, checkNamespace, checkRolePlace } from "./access-checks";
import type { LooseConfig, LooseVault, PlacedSource, ReportProblem } from "./loose-config";
import { checkRetentionLimits } from "./retention-limit-checks";
import { complianceAcknowledgement, parseDurationDays, partitionOf } from "./values";

/** What is wrong with one vault beside the shape of its members. */
export function checkVault(
  vault: LooseVault,
  path: string,
  config: LooseConfig,
  report: ReportProblem,
): void {
  checkAccess(vault, path, report);
  checkRolePlace(
    vault.breakGlassRoleArn,
    vault,
    `${path}.breakGlassRoleArn`,
    "the break-glass role works in the vault's account",
    report,
  );
  checkRolePlace(
    vault.refusalsRoleArn,
    vault,
    `${path}.refusalsRoleArn`,
    "refusals are tried by a role of the vault's account",
    report,
  );
  for (const { source } of config.sources) {
    checkPartition(vault, path, source, report);
    checkBucket(vault, path, source, report);
  }
  checkNamespace(vault.bucket?.name, vault, `${path}.bucket.name`, report);
  checkLock(vault, path, report);
  checkRetentionLimits(vault, path, config, report);
  checkKeyPlace(vault.encryption?.kms, vault, "vault", `${path}.encryption.kms`, report);
}

function checkBucket(
  { bucket }: LooseVault,
  path: string,
  source: PlacedSource["source"],
  report: ReportProblem,
): void {
  if (bucket?.name === undefined || bucket.name !== source.bucket?.name) return;
  report(
    `${path}.bucket.name`,
    `expected another bucket than the source, got "${bucket.name}" for both; bucket names are one space across all accounts, so a vault needs a name of its own`,
  );
}

function checkPartition(
  vault: LooseVault,
  path: string,
  source: PlacedSource["source"],
  report: ReportProblem,
): void {
  if (vault.region === undefined || source.region === undefined) return;
  const [here, there] = [partitionOf(vault.region), partitionOf(source.region)];
  if (here === there) return;
  report(
    `${path}.region`,
    `expected a Region of the source's partition "${there}", got "${vault.region}" of "${here}"; S3 does not replicate across partitions`,
  );
}

function checkLock(vault: LooseVault, path: string, report: ReportProblem): void {
  const { stage = "pilot", retention } = vault.lock ?? {};
  if (stage === "compliance") checkCompliance(vault, path, report);
  if (stage === "pilot" && retention !== undefined) {
    const parsed = parseDurationDays(retention);
    if ("days" in parsed && parsed.days !== 1) {
      report(
        `${path}.lock.retention`,
        `expected "1 day" or nothing with stage "pilot", got "${retention}"; for a longer retention choose stage "governance" or "compliance"`,
      );
    }
  }
}

/** The one thing that cannot be undone is said twice: as a period, and as a sentence that names bucket and period. */
function checkCompliance({ bucket, lock }: LooseVault, path: string, report: ReportProblem): void {
  if (lock?.retention === undefined) {
    report(
      `${path}.lock.retention`,
      'is missing: stage "compliance" cannot be undone by anybody, so its retention is never assumed; say it, as in "1 year"',
    );
  }
  const parsed = lock?.retention === undefined ? undefined : parseDurationDays(lock.retention);
  const wanted =
    parsed !== undefined && "days" in parsed && bucket?.name !== undefined
      ? complianceAcknowledgement(bucket.name, parsed.days)
      : undefined;
  const given = lock?.acknowledgement;
  // One that is there can be judged only beside a bucket and a period.
  if (given !== undefined && (wanted === undefined || given === wanted)) return;
  const got = given === undefined ? "is missing: expected" : "expected";
  report(
    `${path}.lock.acknowledgement`,
    `${got} ${wanted === undefined ? "the bucket's name and the days, as in" : "exactly"} ` +
      `"${wanted ?? complianceAcknowledgement("acme-vault", 365)}"` +
      `${given === undefined ? "" : `, got "${given}"`}; ` +
      "nobody, not even the account's root user, can delete a version before its date",
  );
}
