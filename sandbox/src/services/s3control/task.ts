/** One entry of a manifest: one version to work on. */
export interface Task {
  readonly bucketName: string;
  readonly key: string;
  /** The key as the manifest writes it (URL-encoded); the report repeats it byte for byte. */
  readonly keyText: string;
  /** Empty when the manifest gives none. */
  readonly versionId: string;
}
