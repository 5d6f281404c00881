/** Values of the config that come from a closed list, in AWS's words where it has them. */

/**
 * Storage classes that a replica may be put in, in AWS's names.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Destination.html
 */
export const STORAGE_CLASSES = [
  "STANDARD",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
  "REDUCED_REDUNDANCY",
] as const;
/** One of `STORAGE_CLASSES`. */
export type StorageClass = (typeof STORAGE_CLASSES)[number];

/**
 * How far locking has gone.
 * - `pilot`: GOVERNANCE for one day, to try everything and be rid of it tomorrow.
 * - `governance`: GOVERNANCE for the period given; someone with the bypass right could still undo it.
 * - `compliance`: COMPLIANCE for the period given. Nobody can undo it, not even the account's root.
 */
export const LOCK_STAGES = ["pilot", "governance", "compliance"] as const;
/** One of `LOCK_STAGES`, which says what each means. */
export type LockStage = (typeof LOCK_STAGES)[number];

/**
 * Which accounts this stack works in.
 * - `both`: one team owns all accounts.
 * - `source`: the source side alone; the vaults are another team's stack.
 * - `vaults`: the vaults alone; the sources are another team's stack.
 */
export const SIDES = ["both", "source", "vaults"] as const;
/** One of `SIDES`, which says what each means. */
export type Side = (typeof SIDES)[number];

/**
 * Codes of outcomes that a configuration may name to accept: data that is known to be without a copy, or whose lock is over.
 * Never something that is wrong at a vault. `deleted-at-vault` is taken, warned of, and accepts nothing: only reports at the
 * source say so, and whoever writes there could call anything that is missing so.
 */
export const ACCEPTABLE_CODES = [
  "archived",
  "deleted-at-vault",
  "kms-not-taken",
  "lapsed",
  "replica",
  "rule-disabled",
  "sse-c",
] as const;
/** One of `ACCEPTABLE_CODES`. */
export type AcceptableCode = (typeof ACCEPTABLE_CODES)[number];
