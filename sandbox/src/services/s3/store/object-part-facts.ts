/** What is kept of a part of a multipart upload once it is completed. */
export interface ObjectPartFacts {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly checksums: Readonly<Record<string, string>>;
}
