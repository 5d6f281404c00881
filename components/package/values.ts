/**
 * Closed lists of the package's arguments, in AWS's words. The schema makes an enum of each in every language, so each is
 * written in the one form that the schema can be inferred from; a test holds them equal to the config's.
 */

/** A whole number. Pulumi tells it apart from other numbers, TypeScript does not. */
export type Integer = number;

/** Plain JSON. A schema has one type for it, which is inferred from this one only. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Json = any;

/** How far locking has gone. */
export const LockStage = {
  /** GOVERNANCE for one day, to try everything and be rid of it tomorrow. */
  Pilot: "pilot",
  /** GOVERNANCE for the retention; who has the right to bypass it can still undo it. */
  Governance: "governance",
  /** COMPLIANCE for the retention. Nobody can undo it before it is over, not even the account's root user. */
  Compliance: "compliance",
} as const;
export type LockStage = (typeof LockStage)[keyof typeof LockStage];

/** Mode of S3 Object Lock. */
export const LockMode = {
  /** Who has `s3:BypassGovernanceRetention` can undo it. */
  Governance: "GOVERNANCE",
  /** Nobody can undo it before the retention is over. */
  Compliance: "COMPLIANCE",
} as const;
export type LockMode = (typeof LockMode)[keyof typeof LockMode];

/** Which accounts this stack works in. */
export const Side = {
  /** One team owns all accounts. */
  Both: "both",
  /** The source side alone; the vaults are another team's stack. */
  Source: "source",
  /** The vaults alone; the sources are another team's stack. */
  Vaults: "vaults",
} as const;
export type Side = (typeof Side)[keyof typeof Side];

/** What the files of an inventory are. */
export const InventoryFormat = {
  Csv: "CSV",
  Parquet: "Parquet",
} as const;
export type InventoryFormat = (typeof InventoryFormat)[keyof typeof InventoryFormat];

/** How often S3 makes an inventory. */
export const InventoryFrequency = {
  Daily: "Daily",
  /** On Sundays (UTC). */
  Weekly: "Weekly",
} as const;
export type InventoryFrequency = (typeof InventoryFrequency)[keyof typeof InventoryFrequency];

/** Whether a replication rule works. */
export const RuleStatus = {
  Enabled: "Enabled",
  Disabled: "Disabled",
} as const;
export type RuleStatus = (typeof RuleStatus)[keyof typeof RuleStatus];

/** Storage class that a replica may be put in. */
export const StorageClass = {
  Standard: "STANDARD",
  StandardIa: "STANDARD_IA",
  OnezoneIa: "ONEZONE_IA",
  IntelligentTiering: "INTELLIGENT_TIERING",
  GlacierIr: "GLACIER_IR",
  Glacier: "GLACIER",
  DeepArchive: "DEEP_ARCHIVE",
  ReducedRedundancy: "REDUCED_REDUNDANCY",
} as const;
export type StorageClass = (typeof StorageClass)[keyof typeof StorageClass];
