import type { InventoryOptionalField } from "@aws-sdk/client-s3";
import { expirationOf } from "../services/s3/lifecycle/headers";
import { canonicalUserId, isGroup, objectGrants, objectOwnerId } from "../services/s3/acl/acl";
import type { Bucket, ObjectEncryption, ObjectVersion } from "../services/s3/store/model";
import { NULL_VERSION_ID } from "../services/s3/store/store-version";
import type { World } from "../world/world";

/** One version as an inventory sees it. */
export interface InventoryFacts {
  readonly world: World;
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  readonly isLatest: boolean;
}

/** What a column can hold, by kind. */
interface InventoryKinds {
  text: string;
  integer: number;
  flag: boolean;
  time: Date;
}
export type InventoryKind = keyof InventoryKinds;

/** Undefined: nothing to show. */
export type InventoryValue = InventoryKinds[InventoryKind] | undefined;

interface ColumnOf<Kind extends InventoryKind> {
  /** As the schema of a CSV list names it. */
  readonly name: string;
  readonly kind: Kind;
  /** Every row has a value. */
  readonly isRequired?: boolean;
  value(facts: InventoryFacts): InventoryKinds[Kind] | undefined;
}

export type InventoryColumn = { [Kind in InventoryKind]: ColumnOf<Kind> }[InventoryKind];

/**
 * The columns of a list, in AWS's order whatever the order of the request.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html (examples of manifests)
 */
export function columnsOf(
  includedVersions: "All" | "Current",
  optionalFields: readonly InventoryOptionalField[],
): readonly InventoryColumn[] {
  const always = includedVersions === "All" ? [...ALWAYS, ...OF_VERSIONS] : ALWAYS;
  const wanted = OPTIONAL.filter(({ name }) => optionalFields.some((field) => field === name));
  return [...always, ...wanted];
}

const ALWAYS: readonly InventoryColumn[] = [
  { name: "Bucket", kind: "text", isRequired: true, value: ({ bucket }) => bucket.name },
  { name: "Key", kind: "text", isRequired: true, value: ({ version }) => version.key },
];

const OF_VERSIONS: readonly InventoryColumn[] = [
  {
    name: "VersionId",
    kind: "text",
    // The version from before versioning has no id in a list.
    value: ({ version }) => (version.versionId === NULL_VERSION_ID ? undefined : version.versionId),
  },
  { name: "IsLatest", kind: "flag", value: ({ isLatest }) => isLatest },
  { name: "IsDeleteMarker", kind: "flag", value: ({ version }) => version.isDeleteMarker },
];

/** A column that a delete marker leaves empty, as it has no content (assumed). */
function ofObjects<Kind extends InventoryKind>(
  name: InventoryOptionalField,
  kind: Kind,
  value: ColumnOf<Kind>["value"],
): ColumnOf<Kind> {
  return {
    name,
    kind,
    value: (facts) => (facts.version.isDeleteMarker ? undefined : value(facts)),
  };
}

/**
 * Values in the words of the User Guide, "Amazon S3 Inventory list"; where its text and its example of a report differ
 * (the mode of a lock), those of the example. Which are empty for want of a value is assumed. `LifecycleExpirationDate`,
 * which is younger than the examples, comes last (assumed).
 */
const OPTIONAL: readonly InventoryColumn[] = [
  ofObjects("Size", "integer", ({ version }) => version.sizeBytes),
  {
    name: "LastModifiedDate",
    kind: "time",
    value: ({ version }) => new Date(version.lastModifiedEpochMs),
  },
  ofObjects("ETag", "text", ({ version }) => version.etag),
  ofObjects("StorageClass", "text", ({ version }) => version.storageClass),
  ofObjects("IsMultipartUploaded", "flag", ({ version }) => (version.parts?.length ?? 0) > 0),
  { name: "ReplicationStatus", kind: "text", value: ({ version }) => version.replicationStatus },
  ofObjects(
    "EncryptionStatus",
    "text",
    ({ version }) => ENCRYPTION_STATUS[version.encryption.algorithm],
  ),
  ofObjects("ObjectLockRetainUntilDate", "time", ({ version: { retention } }) =>
    retention === undefined ? undefined : new Date(retention.retainUntilEpochMs),
  ),
  ofObjects("ObjectLockMode", "text", ({ version }) => version.retention?.mode),
  ofObjects("ObjectLockLegalHoldStatus", "text", ({ bucket, version }) =>
    bucket.objectLock === undefined ? undefined : version.legalHold === true ? "On" : "Off",
  ),
  ofObjects("IntelligentTieringAccessTier", "text", ({ version }) =>
    // Nothing moves between the tiers here.
    version.storageClass === "INTELLIGENT_TIERING" ? "FREQUENT" : undefined,
  ),
  ofObjects("BucketKeyStatus", "text", ({ version }) =>
    version.encryption.bucketKeyEnabled === true ? "ENABLED" : "DISABLED",
  ),
  ofObjects("ChecksumAlgorithm", "text", ({ version }) => {
    const algorithms = Object.keys(version.checksums).map((member) =>
      member.replace(/^Checksum/, ""),
    );
    return algorithms.length === 0 ? undefined : algorithms.join(",");
  }),
  ofObjects("ObjectAccessControlList", "text", accessControlList),
  ofObjects("ObjectOwner", "text", ({ world, bucket, version }) =>
    canonicalUserId(world, objectOwnerId(bucket, version)),
  ),
  ofObjects("LifecycleExpirationDate", "time", ({ bucket, version }) => {
    // It will not expire before it has been replicated.
    if (version.replicationStatus === "FAILED") return undefined;
    const expiration = expirationOf(bucket, version);
    return expiration === undefined ? undefined : new Date(expiration.dueEpochMs);
  }),
];

const ENCRYPTION_STATUS: Readonly<Record<ObjectEncryption["algorithm"], string>> = {
  AES256: "SSE-S3",
  "aws:kms": "SSE-KMS",
  "aws:kms:dsse": "DSSE-KMS",
  "SSE-C": "SSE-C",
};

/**
 * Base64 of JSON.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/objectacl.html (Working with the Object ACL field)
 */
function accessControlList({ world, bucket, version }: InventoryFacts): string {
  const list = {
    version: "2022-11-10",
    status: "AVAILABLE",
    grants: objectGrants(world, bucket, version).map(({ grantee, permission }) =>
      isGroup(grantee)
        ? { uri: grantee, type: "Group", permission }
        : { canonicalId: grantee, type: "CanonicalUser", permission },
    ),
  };
  return Buffer.from(JSON.stringify(list)).toString("base64");
}
