/**
 * Combinations of a rule's options that S3 refuses, or takes and then fails on.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 */

import { checkKeyPlace } from "./access-checks";
import type { LooseConfig, LooseRule, ReportProblem } from "./loose-config";
import { unknownName } from "./suggest";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html */
const MAX_RULES = 1000;

export function checkRules(config: LooseConfig, report: ReportProblem): void {
  const { rules } = config;
  if (rules.length > MAX_RULES) {
    report(
      "rules",
      `expected at most ${MAX_RULES} rules, which is all S3 takes, got ${rules.length}`,
    );
  }
  rules.forEach((rule, index) => checkRule(rule, `rules[${index}]`, config, report));
  checkPriorities(rules, report);
  checkEachSourceHasRules(config, report);
}

function checkEachSourceHasRules({ rules, sources }: LooseConfig, report: ReportProblem): void {
  if (rules.length === 0) return;
  for (const { name, path, source } of sources) {
    const isChained = source.bucket?.vault !== undefined;
    if (name === undefined || rules.some((rule) => rule.source === name)) continue;
    if (!isChained && rules.some((rule) => rule.source === undefined)) continue;
    report(
      path,
      `expected at least one rule with source: ${name}, got none; ` +
        (isChained
          ? "a vault is a source only for rules that name it"
          : "without one nothing of it is replicated"),
    );
  }
}

function checkRule(
  rule: LooseRule,
  path: string,
  config: LooseConfig,
  report: ReportProblem,
): void {
  const vaultNames = config.vaults.flatMap(({ name }) => name ?? []);
  if (rule.vault !== undefined && !vaultNames.includes(rule.vault)) {
    report(`${path}.vault`, unknownName("vault", rule.vault, vaultNames));
  }
  const sourceNames = config.sources.flatMap(({ name }) => name ?? []);
  if (rule.source !== undefined && !sourceNames.includes(rule.source)) {
    report(`${path}.source`, unknownName("source", rule.source, sourceNames));
  }
  if (rule.deleteMarkerReplication === true && rule.filter?.tags !== undefined) {
    report(
      `${path}.deleteMarkerReplication`,
      "expected false with a tag filter, got true; S3 does not replicate delete markers by tag (a marker has no tags): filter by prefix alone, or leave deleteMarkerReplication out",
    );
  }
  if (rule.replicationTimeControl === true && !(rule.metrics ?? config.hasMonitoring)) {
    report(
      `${path}.metrics`,
      `expected true with replicationTimeControl, got ${rule.metrics ?? "nothing"}; S3 demands metrics with Replication Time Control: set metrics: true`,
    );
  }
  checkEncryption(rule, path, config, report);
  checkPlaces(rule, path, config, report);
}

function checkEncryption(
  rule: LooseRule,
  path: string,
  { vaults }: LooseConfig,
  report: ReportProblem,
): void {
  const vault = vaults.find(({ name }) => name !== undefined && name === rule.vault);
  const { replicaKmsKeyId, sseKmsEncryptedObjects } = rule;
  if (replicaKmsKeyId !== undefined && sseKmsEncryptedObjects === false) {
    report(
      `${path}.replicaKmsKeyId`,
      "expected none with sseKmsEncryptedObjects: false; S3 takes a key for the replicas only together with versions under SSE-KMS: leave one of the two out",
    );
  }
  if (vault === undefined) return;
  checkKeyPlace(replicaKmsKeyId, vault, "vault", `${path}.replicaKmsKeyId`, report);
  const hasNoKey = (vault.encryption?.kms ?? "none") === "none" && replicaKmsKeyId === undefined;
  if (sseKmsEncryptedObjects === true && hasNoKey) {
    report(
      `${path}.sseKmsEncryptedObjects`,
      `expected a key for the replicas with sseKmsEncryptedObjects: true, got none; S3 refuses one without the other: set encryption.kms of vault "${rule.vault}", or replicaKmsKeyId`,
    );
  }
}

/** What depends on which accounts and buckets a rule joins. */
function checkPlaces(
  rule: LooseRule,
  path: string,
  { sources, vaults }: LooseConfig,
  report: ReportProblem,
): void {
  const vault = vaults.find(({ name }) => name !== undefined && name === rule.vault);
  const source = sources.find(({ name }) => name !== undefined && name === rule.source);
  if (source?.source.bucket?.vault !== undefined && source.source.bucket.vault === rule.vault) {
    report(
      `${path}.vault`,
      `expected another vault than the source "${rule.source}" is, got "${rule.vault}" for both; S3 does not replicate a bucket into itself`,
    );
  }
  if (rule.ownerOverride !== true || vault?.accountId === undefined) return;
  const concerned = rule.source === undefined ? sources : source === undefined ? [] : [source];
  const same = concerned.find((one) => one.source.accountId === vault.accountId);
  if (same === undefined) return;
  report(
    `${path}.ownerOverride`,
    `expected false where source and vault have one owner, got true; source "${same.name}" and vault "${rule.vault}" are both in account ${vault.accountId}, and S3 takes an owner override across accounts only: leave ownerOverride out`,
  );
}

/** S3 keeps one configuration per source bucket, and in it each priority once. */
function checkPriorities(rules: readonly LooseRule[], report: ReportProblem): void {
  const meet = (one: LooseRule, other: LooseRule): boolean =>
    one.source === undefined || other.source === undefined || one.source === other.source;
  rules.forEach((rule, index) => {
    const rivals = rules.filter(
      (other) => other.vault !== undefined && other.vault === rule.vault && meet(rule, other),
    );
    if (rule.priority === undefined) {
      if (rivals.length < 2) return;
      report(
        `rules[${index}].priority`,
        `is missing: ${rivals.length} rules send to vault "${rule.vault}", so each must say its priority (larger wins)`,
      );
      return;
    }
    const first = rules.findIndex((other) => other.priority === rule.priority && meet(rule, other));
    if (first === index) return;
    report(
      `rules[${index}].priority`,
      `expected a priority used once per source bucket, got ${rule.priority}, which rules[${first}] has too; change one (larger wins among rules to one vault)`,
    );
  });
}
