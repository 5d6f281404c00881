import type { PropertyRecord } from "./values";

/** A resource of a Pulumi program, as a preview, a state or an analyzer tells it. */
export interface PolicyResource {
  /** Pulumi's own, unique in the stack. */
  readonly urn: string;
  /** Pulumi's type, as in `aws:s3/bucketVersioning:BucketVersioning`. */
  readonly type: string;
  /** Pulumi's name of it, the last part of `urn`. */
  readonly name: string;
  /** Inputs, in the names of Pulumi's provider. What is known after the deployment only is `UNKNOWN`, secrets too. */
  readonly props: PropertyRecord;
  /** What AWS answered, of a resource that is deployed. */
  readonly outputs?: PropertyRecord;
  /** AWS's id, of a resource that is deployed: a bucket's name, a role's name. */
  readonly id?: string;
  /** Pulumi refuses to delete it. */
  readonly protect?: boolean;
  /** Pulumi only forgets it when it is deleted, and leaves it at AWS. */
  readonly retainOnDelete?: boolean;
  /** The program only looks it up, as with `Bucket.get`: it is made, and deleted, elsewhere. */
  readonly isRead?: boolean;
  /** URN of the explicit or default provider; absent where it is not told. */
  readonly providerUrn?: string;
  /** URN of the component that it is part of. */
  readonly parentUrn?: string;
  /** URNs of all resources that it waits for. Absent where they are not told, as in the engine's events. */
  readonly dependsOn?: readonly string[];
  /** URNs of the resources that an input's value is made of, by the input's name. Absent where they are not told. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/**
 * A type without its module and without the suffix of older versions of the provider, as in `aws:s3:BucketVersioning` for
 * `aws:s3/bucketVersioning:BucketVersioning` and for `aws:s3/bucketVersioningV2:BucketVersioningV2`.
 */
export function kindOf(type: string): string {
  const match = /^([\w-]+):(\w+)(?:\/\w+)?:(\w+?)(?:V2)?$/.exec(type);
  return match === null ? type : `${match[1]}:${match[2]}:${match[3]}`;
}
