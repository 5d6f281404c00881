import type { PolicyResource } from "../resource";

/** A bucket with all that the program says of it, in one resource or in many. */
export interface Bucket {
  /** Undefined where AWS or the deployment has yet to name it. */
  readonly name: string | undefined;
  /** The resource that makes it; undefined for a bucket that is made elsewhere and only named here. */
  readonly resource: PolicyResource | undefined;
  /** Resources of their own for one aspect of it, by kind, as in `aws:s3:BucketVersioning`. */
  readonly parts: ReadonlyMap<string, readonly PolicyResource[]>;
}

/** The resource to name when something is wrong with a bucket: the bucket itself, else the first that speaks of it. */
export function spokesmanOf(bucket: Bucket): PolicyResource | undefined {
  return bucket.resource ?? [...bucket.parts.values()][0]?.[0];
}
