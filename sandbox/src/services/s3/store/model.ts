import type {
  LifecycleRule,
  NotificationConfiguration,
  ObjectLockRetentionMode,
  ReplicationConfiguration,
  ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { CompiledPolicy } from "../../../authorization/model";
import type { KeptContent } from "./kept-content";
import type { ObjectPartFacts } from "./object-part-facts";

/** What the sandbox keeps of a bucket. Configurations are kept in the shapes of the AWS SDK. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  /** The old name for eu-west-1, where the bucket was made by it: its location reads back as it was given. */
  readonly locationConstraint?: "EU";
  readonly createdEpochMs: number;
  /** Absent: never enabled. */
  versioning?: "Enabled" | "Suspended";
  /** Present when Object Lock is on; can never be taken away. */
  objectLock?: { defaultRetention?: DefaultRetention };
  /** Always present: S3 encrypts with SSE-S3 by default. */
  encryption: readonly ServerSideEncryptionRule[];
  /** Set when the default encryption was asked for, be it SSE-S3. */
  hasOwnEncryption?: true;
  publicAccessBlock?: PublicAccessBlock;
  objectOwnership: "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter";
  /** Set when the ownership controls were deleted: the bucket then works as `ObjectWriter`, and reading them fails. */
  ownershipControlsDeleted?: boolean;
  /** Absent: the owner has full control and nobody else has anything. Counts only where the ownership has ACLs. */
  acl?: readonly AclGrant[];
  policy?: CompiledPolicy;
  /** Insertion order is kept. */
  tags?: ReadonlyMap<string, string>;
  replication?: ReplicationConfiguration;
  lifecycle?: { rules: readonly LifecycleRule[]; transitionDefaultMinimumObjectSize?: string };
  notification?: NotificationConfiguration;
  readonly objects: ObjectIndex;
  /** Multipart uploads in progress, by upload id; the type is owned by `multipart.ts`. */
  readonly uploads: Map<string, unknown>;
  /** Configurations that are stored and given back only (CORS, logging, website, ...), by operation noun. */
  readonly stored: Map<string, unknown>;
}

/** The four settings of S3 Block Public Access, of a bucket or of an account. */
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** One line of an access control list. */
export interface AclGrant {
  /** A canonical user id, or the URI of one of S3's groups. */
  readonly grantee: string;
  readonly permission: AclPermission;
}

export type AclPermission = "FULL_CONTROL" | "READ" | "WRITE" | "READ_ACP" | "WRITE_ACP";

export interface DefaultRetention {
  readonly mode: ObjectLockRetentionMode;
  /** Exactly one of the two. */
  readonly days?: number;
  readonly years?: number;
}

/**
 * One version of an object, or a delete marker. Made by `versionRecord`; many members are read through getters, so one is
 * not to be spread: `factsOf` gives what another is made of.
 */
export interface ObjectVersion {
  readonly key: string;
  /** `null` (the word) for the null version. A replica has the id of its source. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  /** A replica keeps its source's. */
  readonly lastModifiedEpochMs: number;
  /** Rises with each version made in this world; orders versions of the same millisecond. A replica keeps its source's. */
  readonly sequence: number;
  /** Shared between versions of the same content; never changed. The members up to `checksumType` are read from it. */
  readonly content: KeptContent;
  /** Without quotes. Empty for a delete marker. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** A view of the kept bytes: to be read only. */
  readonly body: Buffer;
  /** Sizes and checksums of the parts of a multipart upload. */
  readonly parts?: readonly ObjectPartFacts[];
  /** Base64 by SDK member name: `ChecksumCRC32`, `ChecksumSHA256`, ... */
  readonly checksums: Readonly<Record<string, string>>;
  readonly checksumType?: "FULL_OBJECT" | "COMPOSITE";
  readonly contentType?: string;
  /** `Cache-Control`, `Content-Disposition`, `Content-Encoding`, `Content-Language`, `Expires`, by SDK member name. */
  readonly systemMetadata: Readonly<Record<string, string>>;
  /** `x-amz-meta-*`, without the prefix, lower-cased names. */
  readonly userMetadata: Readonly<Record<string, string>>;
  storageClass: string;
  tags?: ReadonlyMap<string, string>;
  /** By name. They belong to this version alone and go with it; changing one makes no version. */
  annotations?: ReadonlyMap<string, ObjectAnnotation>;
  readonly encryption: ObjectEncryption;
  retention?: Retention;
  legalHold?: boolean;
  /** The restored copy of an archived version. */
  restore?: RestoredCopy;
  /** Who wrote it, or the bucket's account; counts only where the ownership has ACLs: see `objectOwnerId`. */
  readonly ownerAccountId: string;
  /** Absent: the owner has full control and nobody else has anything. Counts only where the ownership has ACLs. */
  acl?: readonly AclGrant[];
  /** Absent: never eligible. Kept up to date by `sandbox/replication`, shown as `x-amz-replication-status`. */
  replicationStatus?: "PENDING" | "COMPLETED" | "FAILED" | "REPLICA";
  /** Owned by `sandbox/replication`: what became of this version per destination. */
  replicationByDestination?: ReadonlyMap<string, DestinationStatus>;
}

/** A named payload on a version. Replaced whole, never changed. */
export interface ObjectAnnotation {
  readonly name: string;
  readonly payload: Buffer;
  readonly lastModifiedEpochMs: number;
  /** Without quotes. */
  readonly etag: string;
  /** As of an object. */
  readonly checksums: Readonly<Record<string, string>>;
  /** Brought by replication. */
  readonly isReplica?: boolean;
  /** Owned by `sandbox/replication`: what became of it by ARN of the destination. Absent: never eligible. */
  readonly replicationByDestination?: ReadonlyMap<string, DestinationStatus["status"]>;
}

export interface DestinationStatus {
  readonly status: "PENDING" | "COMPLETED" | "FAILED";
  readonly ruleId: string;
  /** One of the codes of the reference, section 2.7. */
  readonly failureCode?: string;
  /** Sent live. On a replica: a change made to it, on its way back by replica modification sync. */
  readonly isModification?: boolean;
}

export interface ObjectEncryption {
  readonly algorithm: "AES256" | "aws:kms" | "aws:kms:dsse" | "SSE-C";
  readonly kmsKeyArn?: string;
  readonly bucketKeyEnabled?: boolean;
  /** SSE-C: MD5 of the customer's key, base64. */
  readonly customerKeyMd5?: string;
  /** The JSON given as encryption context by the writer. */
  readonly encryptionContext?: string;
}

/** A temporary readable copy of a version of an archive class; all in milliseconds since the epoch. */
export interface RestoredCopy {
  readonly readyEpochMs: number;
  readonly expiresEpochMs: number;
  /** As asked for. */
  readonly days: number;
  readonly tier: string;
}

export interface Retention {
  readonly mode: ObjectLockRetentionMode;
  readonly retainUntilEpochMs: number;
}

/** The versions of one bucket, in the order that S3 lists them: key by UTF-8 bytes, then newest first. */
export interface ObjectIndex {
  /** The newest version or delete marker of `key`. */
  current(key: string): ObjectVersion | undefined;
  version(key: string, versionId: string): ObjectVersion | undefined;
  /** Newest first; empty when there is none. */
  versions(key: string): readonly ObjectVersion[];
  /** Adds a version at its place by `lastModifiedEpochMs`, then `sequence`. Replaces a version of the same id. */
  insert(version: ObjectVersion): void;
  /** True when there was one. */
  remove(key: string, versionId: string): boolean;
  /** Keys from `start` (inclusive unless `after`), each with its versions newest first. The walk may be left at any time. */
  walk(start?: {
    key: string;
    after?: boolean;
  }): IterableIterator<[key: string, versions: readonly ObjectVersion[]]>;
  /** Versions and delete markers. */
  readonly versionCount: number;
  /** Nodes that finding a key passes: what an operation costs. */
  readonly depth: number;
  readonly keyCount: number;
  readonly bodyBytes: number;
}
