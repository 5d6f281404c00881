/**
 * The rules that look across members of the config.
 *
 * They run on a loose reading (`loose`), in which a member of the wrong type is simply absent, so that
 * they speak even while a shape is wrong elsewhere: one run names as many mistakes as it can.
 */

import { z } from "zod";
import type { ConfigProblem } from "./config-error";
import { didYouMean } from "./suggest";
import { parseDurationDays, parseKeyArn, parseRoleArn, partitionOf } from "./values";

const maybeText = z.string().optional().catch(undefined);
const maybeFlag = z.boolean().optional().catch(undefined);
const looseAccess = {
  accountId: maybeText,
  region: maybeText,
  profile: maybeText,
  assumeRoleArn: maybeText,
};
const looseBucket = z.object({ name: maybeText }).catch({});
const looseVault = z
  .object({
    name: maybeText,
    ...looseAccess,
    bucket: looseBucket,
    lock: z.object({ stage: maybeText, retention: maybeText }).catch({}),
    encryption: z.object({ kms: maybeText }).catch({}),
  })
  .partial()
  .catch({});
const looseRule = z
  .object({
    name: maybeText,
    priority: z.number().optional().catch(undefined),
    vault: maybeText,
    filter: z.object({ tags: z.unknown().optional() }).catch({}),
    deleteMarkers: maybeFlag,
    replicationTimeControl: maybeFlag,
    metrics: maybeFlag,
  })
  .partial()
  .catch({});
const looseConfig = z
  .object({
    source: z
      .object({ ...looseAccess, bucket: looseBucket })
      .partial()
      .catch({}),
    vaults: z.array(looseVault).catch([]),
    rules: z.array(looseRule).catch([]),
  })
  .partial()
  .catch({});

type LooseConfig = z.infer<typeof looseConfig>;
type LooseVault = z.infer<typeof looseVault>;
type LooseRule = z.infer<typeof looseRule>;
type LooseSource = NonNullable<LooseConfig["source"]>;
type Report = (path: string, message: string) => void;

/** @returns every mistake that needs more than one member to be seen. */
export function crossChecks(raw: unknown): ConfigProblem[] {
  const { source = {}, vaults = [], rules = [] } = looseConfig.parse(raw);
  const problems: ConfigProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });

  checkAccess(source, "source", report);
  vaults.forEach((vault, index) => checkVault(vault, `vaults[${index}]`, source, report));
  checkDuplicates(
    vaults.map(({ name }) => name),
    (index) => `vaults[${index}].name`,
    "vault",
    report,
  );
  checkDuplicates(
    vaults.map(({ bucket }) => bucket?.name),
    (index) => `vaults[${index}].bucket.name`,
    "bucket",
    report,
  );
  const vaultNames = vaults.flatMap(({ name }) => (name === undefined ? [] : [name]));
  rules.forEach((rule, index) => checkRule(rule, `rules[${index}]`, vaultNames, report));
  checkDuplicates(
    rules.map(({ name }) => name),
    (index) => `rules[${index}].name`,
    "rule",
    report,
  );
  checkPriorities(rules, report);
  return problems;
}

function checkAccess(
  access: { accountId?: string; profile?: string; assumeRoleArn?: string },
  path: string,
  report: Report,
): void {
  if (access.profile !== undefined && access.assumeRoleArn !== undefined) {
    report(
      `${path}.assumeRoleArn`,
      "expected either profile or assumeRoleArn, got both; leave one out (with neither, the environment's credentials are used)",
    );
  }
  const role = access.assumeRoleArn === undefined ? undefined : parseRoleArn(access.assumeRoleArn);
  if (role !== undefined && access.accountId !== undefined && role.accountId !== access.accountId) {
    report(
      `${path}.assumeRoleArn`,
      `expected a role of account ${access.accountId}, got one of account ${role.accountId}; assume a role in the account that is worked on`,
    );
  }
}

function checkVault(vault: LooseVault, path: string, source: LooseSource, report: Report): void {
  checkAccess(vault, path, report);
  const bucket = vault.bucket?.name;
  if (bucket !== undefined && bucket === source.bucket?.name) {
    report(
      `${path}.bucket.name`,
      `expected another bucket than the source, got "${bucket}" for both; bucket names are one space across all accounts, so a vault needs a name of its own`,
    );
  }
  if (vault.region !== undefined && source.region !== undefined) {
    const [here, there] = [partitionOf(vault.region), partitionOf(source.region)];
    if (here !== there) {
      report(
        `${path}.region`,
        `expected a Region of the source's partition "${there}", got "${vault.region}" of "${here}"; S3 does not replicate across partitions`,
      );
    }
  }
  checkLock(vault, path, report);
  checkKey(vault, path, report);
}

function checkLock(vault: LooseVault, path: string, report: Report): void {
  const { stage = "pilot", retention } = vault.lock ?? {};
  if (stage === "compliance" && retention === undefined) {
    report(
      `${path}.lock.retention`,
      'is missing: stage "compliance" cannot be undone by anybody, so its retention is never assumed; say it, as in "1 year"',
    );
  }
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

function checkKey(vault: LooseVault, path: string, report: Report): void {
  const kms = vault.encryption?.kms;
  const key = kms === undefined ? undefined : parseKeyArn(kms);
  if (key === undefined) return;
  if (vault.region !== undefined && key.region !== vault.region) {
    report(
      `${path}.encryption.kms`,
      `expected a key in the vault's Region ${vault.region}, got one in ${key.region}; S3 cannot use a key of another Region`,
    );
  }
  if (vault.accountId !== undefined && key.accountId !== vault.accountId) {
    report(
      `${path}.encryption.kms`,
      `expected a key of the vault's account ${vault.accountId}, got one of account ${key.accountId}; who owns the key can make the copies unreadable`,
    );
  }
}

function checkRule(
  rule: LooseRule,
  path: string,
  vaultNames: readonly string[],
  report: Report,
): void {
  if (rule.vault !== undefined && !vaultNames.includes(rule.vault)) {
    report(
      `${path}.vault`,
      `expected the name of a vault of this config, got "${rule.vault}"; ${didYouMean(rule.vault, vaultNames)}`,
    );
  }
  if (rule.deleteMarkers === true && rule.filter?.tags !== undefined) {
    report(
      `${path}.deleteMarkers`,
      "expected false with a tag filter, got true; S3 does not replicate delete markers by tag (a marker has no tags): filter by prefix alone, or leave deleteMarkers out",
    );
  }
  if (rule.replicationTimeControl === true && rule.metrics !== true) {
    report(
      `${path}.metrics`,
      `expected true with replicationTimeControl, got ${rule.metrics ?? "nothing"}; S3 demands metrics with Replication Time Control: set metrics: true`,
    );
  }
}

function checkDuplicates(
  names: readonly (string | undefined)[],
  pathOf: (index: number) => string,
  what: string,
  report: Report,
): void {
  names.forEach((name, index) => {
    const first = name === undefined ? -1 : names.indexOf(name);
    if (first === -1 || first === index) return;
    report(
      pathOf(index),
      `expected a ${what} name used once, got "${name}", which ${pathOf(first)} has too; rename one`,
    );
  });
}

function checkPriorities(rules: readonly LooseRule[], report: Report): void {
  rules.forEach((rule, index) => {
    const rivals = rules.filter((other) => other.vault !== undefined && other.vault === rule.vault);
    if (rivals.length < 2) return;
    if (rule.priority === undefined) {
      report(
        `rules[${index}].priority`,
        `is missing: ${rivals.length} rules send to vault "${rule.vault}", so each must say its priority (larger wins)`,
      );
      return;
    }
    const first = rules.findIndex(
      (other) => other.vault === rule.vault && other.priority === rule.priority,
    );
    if (first !== index) {
      report(
        `rules[${index}].priority`,
        `expected a priority used once per vault, got ${rule.priority}, which rules[${first}] has too for vault "${rule.vault}"; change one (larger wins)`,
      );
    }
  });
}
