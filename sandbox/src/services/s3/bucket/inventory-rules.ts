import type {
  InventoryConfiguration,
  InventoryOptionalField,
  InventoryS3BucketDestination,
} from "@aws-sdk/client-s3";
import {
  idMismatch,
  invalidConfigurationId,
  invalidS3DestinationBucket,
  malformedXml,
  notImplemented,
} from "../errors";

/**
 * The form of an inventory configuration. Checked in the order that is seen on AWS: document, id, destination. That the
 * destination exists, and lets S3 write, is no condition of the configuration: nothing is delivered then.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html
 */

/** The formats that lists are written in here. */
export type InventoryListFormat = "CSV" | "Parquet";

type CheckedDestination = InventoryS3BucketDestination & { readonly Format: InventoryListFormat };

/** A configuration that was checked. */
export interface CheckedInventory extends InventoryConfiguration {
  readonly Destination: { readonly S3BucketDestination: CheckedDestination };
}

const FORMATS: readonly (string | undefined)[] = ["CSV", "ORC", "Parquet"];
const FREQUENCIES: readonly (string | undefined)[] = ["Daily", "Weekly"];
const VERSIONS: readonly (string | undefined)[] = ["All", "Current"];
const ID = /^[A-Za-z0-9._-]{1,64}$/;
const BUCKET_ARN = /^arn:aws[\w-]*:s3:([\w-]*):(\d*):([^/:]+)$/;

/** The fields of AWS, in the order of its columns, and whether the sandbox has what they show. */
const FIELDS: Readonly<Record<InventoryOptionalField, boolean>> = {
  Size: true,
  LastModifiedDate: true,
  ETag: true,
  StorageClass: true,
  IsMultipartUploaded: true,
  ReplicationStatus: true,
  EncryptionStatus: true,
  ObjectLockRetainUntilDate: true,
  ObjectLockMode: true,
  ObjectLockLegalHoldStatus: true,
  IntelligentTieringAccessTier: true,
  BucketKeyStatus: true,
  ChecksumAlgorithm: true,
  ObjectAccessControlList: true,
  ObjectOwner: true,
  LifecycleExpirationDate: true,
  IntelligentTieringReferenceDate: false,
  ObjectLockEventHoldStatus: false,
  ObjectLockEventHoldDuration: false,
};

/**
 * @param id of the request
 * @throws AwsError MalformedXML, IdMismatch, InvalidConfigurationId, InvalidS3DestinationBucket, NotImplemented
 */
export function checkedInventory(
  id: string | undefined,
  configuration: InventoryConfiguration | undefined,
): CheckedInventory {
  const destination = configuration?.Destination?.S3BucketDestination;
  if (configuration === undefined || destination === undefined) throw malformedXml();
  checkDocument(configuration, destination);
  if (configuration.Id !== id) throw idMismatch();
  if (!ID.test(id ?? "")) throw invalidConfigurationId();
  checkBucketArn(destination.Bucket ?? "");
  const Format = supportedFormat(destination.Format);
  refuseUnsupportedFields(configuration);
  return {
    ...configuration,
    Destination: { S3BucketDestination: { ...destination, Format } },
  };
}

function checkDocument(
  configuration: InventoryConfiguration,
  destination: InventoryS3BucketDestination,
): void {
  const isWhole =
    configuration.Id !== undefined &&
    configuration.IsEnabled !== undefined &&
    VERSIONS.includes(configuration.IncludedObjectVersions) &&
    FREQUENCIES.includes(configuration.Schedule?.Frequency) &&
    FORMATS.includes(destination.Format) &&
    destination.Bucket !== undefined &&
    (configuration.Filter === undefined || configuration.Filter.Prefix !== undefined) &&
    (configuration.OptionalFields ?? []).every((field) => Object.hasOwn(FIELDS, field));
  const encryption = destination.Encryption;
  const hasOneEncryption =
    encryption === undefined ||
    (encryption.SSES3 === undefined) !== (encryption.SSEKMS === undefined);
  const hasKey = encryption?.SSEKMS === undefined || Boolean(encryption.SSEKMS.KeyId);
  if (!isWhole || !hasOneEncryption || !hasKey) throw malformedXml();
}

function checkBucketArn(arn: string): void {
  const parts = BUCKET_ARN.exec(arn);
  if (parts === null) throw invalidS3DestinationBucket("Invalid bucket ARN.");
  if (parts[1] !== "" || parts[2] !== "") {
    throw invalidS3DestinationBucket("Bucket ARN should not specify a namespace.");
  }
}

function supportedFormat(format: string | undefined): InventoryListFormat {
  if (format === "CSV" || format === "Parquet") return format;
  throw notImplemented(`S3 Inventory in the format ${format ?? ""}`);
}

function refuseUnsupportedFields(configuration: InventoryConfiguration): void {
  for (const field of configuration.OptionalFields ?? []) {
    if (!FIELDS[field]) throw notImplemented(`the S3 Inventory field ${field}`);
  }
}
