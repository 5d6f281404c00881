import type { PolicyResource } from "../resource";
import {
  at,
  isRecord,
  isTrueAt,
  type Read,
  textAt,
  UNKNOWN,
  type Unknown,
  firstAt,
} from "../values";
import { type Bucket, spokesmanOf } from "./bucket";
import type { Program } from "./program";
import { readDocument, type Statement } from "./policy-documents";

/** What the program says of one aspect of a bucket, and the resource that says it. */
export interface Aspect {
  readonly resource: PolicyResource;
  /** The properties of that aspect alone. */
  readonly value: Read;
}

/**
 * One aspect of a bucket, wherever it is declared.
 * @param kind the resource of its own for it, as in `aws:s3:BucketVersioning`
 * @param inline the property of the bucket itself, by each provider
 * @returns undefined where nothing says anything of it; `UNKNOWN` where that cannot be told
 */
export function aspectOf(
  program: Program,
  bucket: Bucket,
  kind: string,
  inline: { readonly aws?: string; readonly native?: string },
): Aspect | undefined | Unknown {
  const part = program.partOf(bucket, kind);
  if (part !== undefined && part !== UNKNOWN) return { resource: part, value: part.props };
  const { resource } = bucket;
  if (resource !== undefined) {
    const member = resource.type.startsWith("aws-native:") ? inline.native : inline.aws;
    const value = member === undefined ? undefined : at(resource.props, member);
    if (value !== undefined) return { resource, value };
  }
  return part;
}

/** Whether S3 keeps every version of the bucket. A lock implies it. */
export function versioningOf(
  program: Program,
  bucket: Bucket,
): "Enabled" | "Suspended" | "absent" | Unknown {
  if (isTrueAt(bucket.resource?.props, "objectLockEnabled") === true) return "Enabled";
  const aspect = aspectOf(program, bucket, "aws:s3:BucketVersioning", {
    aws: "versioning",
    native: "versioningConfiguration",
  });
  if (aspect === UNKNOWN) return UNKNOWN;
  if (aspect === undefined) return "absent";
  const inner = at(aspect.value, "versioningConfiguration") ?? aspect.value;
  // The bucket's own block of the provider `aws` has `enabled`, all others have `status`.
  const isEnabled = at(inner, "enabled");
  if (isEnabled !== undefined) {
    return isEnabled === UNKNOWN ? UNKNOWN : isEnabled === true ? "Enabled" : "Suspended";
  }
  const status = textAt(inner, "status");
  if (status === UNKNOWN) return UNKNOWN;
  return status === "Enabled" ? "Enabled" : "Suspended";
}

/** The four settings of a bucket's public access block. */
export const PUBLIC_ACCESS_SETTINGS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

/** The bucket's own public access block. */
export function publicAccessBlockOf(
  program: Program,
  bucket: Bucket,
): Aspect | undefined | Unknown {
  return aspectOf(program, bucket, "aws:s3:BucketPublicAccessBlock", {
    native: "publicAccessBlockConfiguration",
  });
}

/** The settings that the account's own block turns on for every bucket of a provider. S3 goes by the stricter of the two. */
export function accountBlockOf(program: Program, bucket: Bucket): ReadonlySet<string> {
  const provider = spokesmanOf(bucket)?.providerUrn;
  const blocks = program
    .ofKind("aws:s3:AccountPublicAccessBlock")
    .filter(({ providerUrn }) => providerUrn === provider);
  return new Set(
    PUBLIC_ACCESS_SETTINGS.filter((name) =>
      blocks.some(({ props }) => isTrueAt(props, name) !== false),
    ),
  );
}

/** A bucket's policy, and the resource that declares it. */
export interface BucketPolicy {
  readonly resource: PolicyResource;
  readonly statements: readonly Statement[] | Unknown;
}

/** The bucket's policy. */
export function policyOf(program: Program, bucket: Bucket): BucketPolicy | undefined | Unknown {
  const native = program.partOf(bucket, "aws-native:s3:BucketPolicy");
  if (native !== undefined && native !== UNKNOWN) {
    return { resource: native, statements: readDocument(at(native.props, "policyDocument")) };
  }
  const aspect = aspectOf(program, bucket, "aws:s3:BucketPolicy", { aws: "policy" });
  if (aspect === undefined || aspect === UNKNOWN) return native === UNKNOWN ? UNKNOWN : aspect;
  const document = isRecord(aspect.value) ? at(aspect.value, "policy") : aspect.value;
  return { resource: aspect.resource, statements: readDocument(document) };
}

/** Default encryption of a bucket. Without any, S3 encrypts with keys of its own. */
export interface Encryption {
  readonly resource: PolicyResource;
  /** As in `aws:kms`. */
  readonly algorithm: string | undefined | Unknown;
  /** Id, ARN or alias; undefined: the account's own `aws/s3`, where the algorithm asks for a key. */
  readonly key: string | undefined | Unknown;
  /** The input that the key stands in. */
  readonly property: string;
}

/** The bucket's default encryption. */
export function encryptionOf(program: Program, bucket: Bucket): Encryption | undefined | Unknown {
  const aspect = aspectOf(program, bucket, "aws:s3:BucketServerSideEncryptionConfiguration", {
    aws: "serverSideEncryptionConfiguration",
    native: "bucketEncryption",
  });
  if (aspect === undefined || aspect === UNKNOWN) return aspect;
  const { resource, value } = aspect;
  const rule = firstAt(value, ["rules"], ["rule"], ["serverSideEncryptionConfiguration"]);
  const byDefault = firstAt(
    rule,
    ["applyServerSideEncryptionByDefault"],
    ["serverSideEncryptionByDefault"],
  );
  return {
    resource,
    algorithm: value === UNKNOWN ? UNKNOWN : textAt(byDefault, "sseAlgorithm"),
    key: value === UNKNOWN ? UNKNOWN : textAt(byDefault, "kmsMasterKeyId"),
    property:
      resource !== bucket.resource
        ? "rules"
        : resource.type.startsWith("aws-native:")
          ? "bucketEncryption"
          : "serverSideEncryptionConfiguration",
  };
}

/** Who owns the objects that others write, in S3's words. */
export function ownershipOf(program: Program, bucket: Bucket): string | undefined | Unknown {
  const aspect = aspectOf(program, bucket, "aws:s3:BucketOwnershipControls", {
    native: "ownershipControls",
  });
  if (aspect === undefined || aspect === UNKNOWN) return aspect;
  const rule = firstAt(aspect.value, ["rule"], ["rules"]);
  return textAt(rule, "objectOwnership");
}
