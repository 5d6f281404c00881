/** The columns of an inventory: which are needed, and how they are named in its two formats. Pure. */

/** What is taken of an inventory, by our name, and the column that it stands in, as the API names it. */
export const COLUMNS = {
  bucket: "Bucket",
  key: "Key",
  versionId: "VersionId",
  isDeleteMarker: "IsDeleteMarker",
  size: "Size",
  lastModified: "LastModifiedDate",
  etag: "ETag",
  storageClass: "StorageClass",
  replicationStatus: "ReplicationStatus",
  encryption: "EncryptionStatus",
  retainUntil: "ObjectLockRetainUntilDate",
  lockMode: "ObjectLockMode",
  legalHold: "ObjectLockLegalHoldStatus",
  eventHold: "ObjectLockEventHoldStatus",
  checksumAlgorithm: "ChecksumAlgorithm",
} as const;

/** One of `COLUMNS`. */
export type ColumnRole = keyof typeof COLUMNS;

/** Without it an inventory is used all the same, and says nothing of that. */
const OPTIONAL: ReadonlySet<ColumnRole> = new Set(["checksumAlgorithm", "eventHold"]);

/** Where each is in a file: by its name there. */
export type ColumnNames = Readonly<Partial<Record<ColumnRole, string>>>;

/** `ETag` of CSV is `e_tag` in Parquet. */
const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/**
 * Finds the columns that are taken, and names those that are needed and not there.
 * @param names as the schema has them
 */
export function columnsIn(names: readonly string[]): {
  readonly found: ColumnNames;
  readonly lacking: readonly string[];
} {
  const byName = new Map(names.map((name) => [plain(name), name]));
  const found: Partial<Record<ColumnRole, string>> = {};
  const lacking: string[] = [];
  for (const [role, wanted] of Object.entries(COLUMNS) as [ColumnRole, string][]) {
    const name = byName.get(plain(wanted));
    if (name !== undefined) found[role] = name;
    else if (!OPTIONAL.has(role)) lacking.push(wanted);
  }
  return { found, lacking };
}

/**
 * The names of all columns, in their order. Of CSV they stand with commas between them, of Parquet in a `message`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
export function namesInSchema(format: "CSV" | "Parquet", schema: string): readonly string[] {
  if (format === "CSV") return schema.split(",").map((name) => name.trim());
  return [...schema.matchAll(/\b(?:required|optional)\s+\w+\s+(\w+)/g)].map(
    ([, name = ""]) => name,
  );
}
