/** A version or delete marker at a vault that lies on top of promised versions of its key: a restore by key would meet it. */
export interface Cover {
  readonly vault: string;
  readonly key: string;
  readonly versionId: string;
  readonly what: "foreign-version" | "delete-marker";
}
