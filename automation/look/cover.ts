/** A version or delete marker at a vault that lies on top of promised versions of its key: a restore by key would meet it. */
export interface Cover {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** Of the object. */
  readonly key: string;
  /** The vault's. */
  readonly versionId: string;
  /**
   * A version that is no replica, or a delete marker. By listings a version that the source does not have, and that the vault does not let
   * us look at or that there are too many of, is `unknown-version`: a replica of one that is gone from there, or somebody's own.
   */
  readonly what: "foreign-version" | "delete-marker" | "unknown-version";
}
