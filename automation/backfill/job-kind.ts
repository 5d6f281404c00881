/** The kinds of batch job that are made once each, by a ledger of their own. */

/** What tells the jobs of one kind from others: in the ledger, in their description, and by what they do. */
export interface JobKind {
  /** Begins the names of the ledger's records, and stands in each job's description. */
  readonly name: "backfill" | "trial" | "relock" | "checksum";
  /** What a task does, in the words of S3 Batch Operations. */
  readonly operation: "S3ReplicateObject" | "S3PutObjectRetention" | "S3ComputeObjectChecksum";
  /** What is said of a job that does something else. */
  readonly otherwise: string;
}

/** Jobs that bring versions along, in the source's account. */
export const BACKFILL: JobKind = {
  name: "backfill",
  operation: "S3ReplicateObject",
  otherwise: "it does not replicate",
};

/** Jobs that bring one version along before another job may run, in the source's account. */
export const TRIAL: JobKind = { ...BACKFILL, name: "trial" };

/** Kinds whose records lie in one folder, as each other's neighbours. */
export const IN_ONE_FOLDER: readonly JobKind[] = [BACKFILL, TRIAL];

/** Jobs that extend locks, in a vault's account. */
export const RELOCK: JobKind = {
  name: "relock",
  operation: "S3PutObjectRetention",
  otherwise: "it does not set retentions",
};

/** Jobs that read what is stored and compute checksums, in the account of a source or of a vault. */
export const CHECKSUM: JobKind = {
  name: "checksum",
  operation: "S3ComputeObjectChecksum",
  otherwise: "it computes no checksums",
};
