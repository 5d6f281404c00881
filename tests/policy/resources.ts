import { type PolicyResource, type PropertyRecord } from "../../policy";

type Options = Omit<PolicyResource, "urn" | "type" | "name" | "props">;

/** The URN of a resource of the test program. */
export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::shop::${type}::${name}`;
}

/** A resource of the test program. */
export function resource(
  type: string,
  name: string,
  props: PropertyRecord,
  options: Options = {},
): PolicyResource {
  return { urn: urnOf(type, name), type, name, props, ...options };
}

/** Pulumi's full tokens of the types that tests name by their last part. */
const S3 = (kind: string): string =>
  `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;

/** A bucket of the provider `aws`. */
export function bucket(
  name: string,
  props: PropertyRecord = {},
  options?: Options,
): PolicyResource {
  return resource(S3("Bucket"), name, { bucket: name, ...props }, options);
}

/** A bucket of the provider `aws-native`. */
export function nativeBucket(
  name: string,
  props: PropertyRecord = {},
  options?: Options,
): PolicyResource {
  return resource("aws-native:s3:Bucket", name, { bucketName: name, ...props }, options);
}

/** A resource for one aspect of the bucket of the same name. @param kind as in `BucketVersioning` */
export function part(
  kind: string,
  bucketName: string,
  props: PropertyRecord,
  options?: Options,
): PolicyResource {
  return resource(S3(kind), `${bucketName}-${kind}`, { bucket: bucketName, ...props }, options);
}

/** A replication from one bucket to others. */
export function replication(
  source: string,
  rules: readonly PropertyRecord[],
  options?: Options,
): PolicyResource {
  return part(
    "BucketReplicationConfig",
    source,
    { role: "arn:aws:iam::111111111111:role/replication", rules },
    options,
  );
}

/** A rule that fills a vault. */
export function ruleTo(vault: string, more: PropertyRecord = {}): PropertyRecord {
  return {
    id: `to-${vault}`,
    status: "Enabled",
    priority: 1,
    filter: { prefix: "" },
    destination: { bucket: `arn:aws:s3:::${vault}` },
    ...more,
  };
}
