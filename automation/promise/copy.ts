/**
 * The promise's copy: what a stack promised, in the operations bucket beside each vault that it fills, under the name of its
 * digest. It is what a vault is held against when the stack's state is lost. Pure.
 */

import {
  digestOfContent,
  promiseContent,
  type PromiseParts,
} from "../../components/promise/promise";

/** What the keys of all copies begin with. */
export const COPY_PREFIX = "promise/";

export function copyKey(digest: string): string {
  return `${COPY_PREFIX}${digest}.json`;
}

/** The digest that a key names; undefined for a key that is none of a copy. */
export function digestOfKey(key: string): string | undefined {
  const digest = key.slice(COPY_PREFIX.length, -".json".length);
  return /^[0-9a-f]{64}$/.test(digest) && copyKey(digest) === key ? digest : undefined;
}

/** A promise with hundreds of rules has some hundred thousand. */
export const MAX_COPY_BYTES = 16 * 1024 * 1024;

/**
 * Takes a copy apart; undefined for what its key does not name, or what no promise is made of. Whoever may write into the
 * bucket can name anything by its own digest: that a copy is whole does not say that it was ever deployed.
 */
export function parseCopy(text: string, digest: string): PromiseParts | undefined {
  if (digestOfContent(text) !== digest) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Members that a promise does not have would be believed by whoever reads them, and are in nobody's digest of it.
  return isPromise(value) && promiseContent(value) === text ? value : undefined;
}

function isPromise(value: unknown): value is PromiseParts {
  if (!isRecord(value)) return false;
  const { batchRoleArn, rules, source, vaults } = value;
  return (
    hasTexts({ batchRoleArn }, ["batchRoleArn"]) &&
    hasTexts(source, ["accountId", "region", "bucketName", "bucketArn", "replicationRoleArn"]) &&
    Array.isArray(rules) &&
    rules.every((rule) => hasTexts(rule, ["name", "status", "vault"])) &&
    Array.isArray(vaults) &&
    vaults.every(isVault)
  );
}

function isVault(vault: unknown): boolean {
  if (!hasTexts(vault, ["name", "accountId", "region", "bucketName", "bucketArn"])) return false;
  const { guard, kmsKeyArn, lock } = vault;
  return (
    (kmsKeyArn === undefined || typeof kmsKeyArn === "string") &&
    hasTexts(lock, ["mode"]) &&
    typeof lock["retentionDays"] === "number" &&
    (guard === undefined || (isRecord(guard) && Array.isArray(guard["policyStatements"])))
  );
}

function hasTexts(value: unknown, members: readonly string[]): value is Record<string, unknown> {
  return isRecord(value) && members.every((member) => typeof value[member] === "string");
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
