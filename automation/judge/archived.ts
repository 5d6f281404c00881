/** Storage classes that neither live replication nor a batch job can read, and that S3's manifests leave out. */
export const ARCHIVED_CLASSES: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);
