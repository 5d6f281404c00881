/** The inventories that a look went by. */
export interface LookInventory {
  /** What joined them: `duckdb` on this machine, or Athena in each vault's account. */
  readonly engine: "athena" | "duckdb";
  /** ISO 8601: when S3 began to make that of the source. */
  readonly sourceCreatedAt: string;
  /** How old it was, by AWS's time, when the source was listed. */
  readonly sourceAgeSeconds: number;
  /** In the order of the config. */
  readonly vaults: readonly {
    /** Name of the vault in the config. */
    readonly vault: string;
    /** ISO 8601: when S3 began to make that of the vault. */
    readonly createdAt: string;
    /** How old it was by then. */
    readonly ageSeconds: number;
  }[];
  /** Versions that were looked at in full since they are newer than the older of the inventories, or told by none. */
  readonly newerCount: number;
  /** Versions that were looked at in full since the inventories show them as anything but right. */
  readonly againCount: number;
  /** Versions of the source's inventory that the source lists no more. */
  readonly goneCount: number;
  /** The first hundred of them. */
  readonly gone: readonly {
    /** Of the object. */
    readonly key: string;
    /** The source's. */
    readonly versionId: string;
  }[];
}
