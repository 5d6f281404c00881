/** An S3 Inventory that the stack declares. */
export interface InventoryOutputs {
  /** Id of the configuration on the bucket that it lists. */
  readonly id: string;
  /** What its files are. */
  readonly format: "CSV" | "Parquet";
  /** How often S3 makes it. */
  readonly frequency: "Daily" | "Weekly";
  /** Bucket that S3 delivers to: the operations bucket of the same side. */
  readonly bucketName: string;
  /** What S3's keys there begin with, without a slash at its end: `<prefix>/<listed bucket>/<id>/...`. */
  readonly prefix: string;
}
