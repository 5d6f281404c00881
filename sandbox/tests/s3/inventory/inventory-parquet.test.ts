import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketInventoryConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UploadPartCommand,
  type InventoryConfiguration,
  type InventoryOptionalField,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

const DAY_MS = 86_400_000;
const SOURCE_ID = "111111111111";
const MD5_OF_BODY = "841a2d689ad86bd1611447453c22c6fc";

const FIELDS: InventoryOptionalField[] = [
  "Size",
  "LastModifiedDate",
  "ETag",
  "StorageClass",
  "IsMultipartUploaded",
  "ReplicationStatus",
  "EncryptionStatus",
  "ObjectLockRetainUntilDate",
  "ObjectLockMode",
  "ObjectLockLegalHoldStatus",
  "IntelligentTieringAccessTier",
  "BucketKeyStatus",
  "ChecksumAlgorithm",
  "ObjectAccessControlList",
  "ObjectOwner",
  "LifecycleExpirationDate",
];

/** As AWS delivers it, of all fields in all versions. */
const SCHEMA =
  "message s3.inventory {  required binary bucket (STRING);  required binary key (STRING);" +
  "  optional binary version_id (STRING);  optional boolean is_latest;  optional boolean is_delete_marker;" +
  "  optional int64 size;  optional int64 last_modified_date (TIMESTAMP(MILLIS,true));" +
  "  optional binary e_tag (STRING);  optional binary storage_class (STRING);" +
  "  optional boolean is_multipart_uploaded;  optional binary replication_status (STRING);" +
  "  optional binary encryption_status (STRING);" +
  "  optional int64 object_lock_retain_until_date (TIMESTAMP(MILLIS,true));" +
  "  optional binary object_lock_mode (STRING);  optional binary object_lock_legal_hold_status (STRING);" +
  "  optional binary intelligent_tiering_access_tier (STRING);  optional binary bucket_key_status (STRING);" +
  "  optional binary checksum_algorithm (STRING);  optional binary object_access_control_list (STRING);" +
  "  optional binary object_owner (STRING);" +
  "  optional int64 lifecycle_expiration_date (TIMESTAMP(MILLIS,true));}";

interface Manifest {
  readonly fileFormat: string;
  readonly fileSchema: string;
  readonly files: readonly { key: string; size: number }[];
}

describe("S3 Inventory in Parquet", () => {
  const sandbox = useSandboxWithManualClock();
  let s3: S3Client;
  let count = 0;
  let source: string;
  let destination: string;

  beforeEach(async () => {
    s3 = sandbox().s3("source");
    count++;
    source = `columns-${count}`;
    destination = `column-lists-${count}`;
    // To a noon, so that a day later just one midnight has passed.
    const now = sandbox().clock.nowEpochMs();
    sandbox().clock.setTime(Math.ceil(now / DAY_MS) * DAY_MS + DAY_MS / 2);
    await create(source, true);
    await create(destination, false);
    const statement = {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${destination}/*`,
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await s3.send(new PutBucketPolicyCommand({ Bucket: destination, Policy }));
  });

  async function create(Bucket: string, ObjectLockEnabledForBucket: boolean): Promise<void> {
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration, ObjectLockEnabledForBucket }),
    );
  }

  async function put(Key: string, more: object = {}): Promise<string | undefined> {
    const command = new PutObjectCommand({ Bucket: source, Key, Body: "body", ...more });
    return (await s3.send(command)).VersionId;
  }

  async function putMultipart(Key: string): Promise<string | undefined> {
    const target = { Bucket: source, Key };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    const part = { ...target, UploadId, PartNumber: 1 };
    const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: "part" }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const whole = { ...target, UploadId, MultipartUpload };
    return (await s3.send(new CompleteMultipartUploadCommand(whole))).VersionId;
  }

  /** Waits a day for the list. */
  async function deliver(overrides: Partial<InventoryConfiguration> = {}): Promise<Manifest> {
    await s3.send(
      new PutBucketInventoryConfigurationCommand({
        Bucket: source,
        Id: "daily",
        InventoryConfiguration: {
          Id: "daily",
          IsEnabled: true,
          IncludedObjectVersions: "All",
          Schedule: { Frequency: "Daily" },
          Destination: {
            S3BucketDestination: { Bucket: `arn:aws:s3:::${destination}`, Format: "Parquet" },
          },
          ...overrides,
        },
      }),
    );
    sandbox().clock.advance(DAY_MS);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: destination }));
    const key = Contents?.find(({ Key }) => Key?.endsWith("/manifest.json"))?.Key ?? "";
    return JSON.parse((await read(key)).toString()) as Manifest;
  }

  async function read(Key: string): Promise<Buffer> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: destination, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async function fileOf(manifest: Manifest): Promise<ArrayBuffer> {
    expect(manifest.files).to.have.length(1);
    return new Uint8Array(await read(manifest.files[0]?.key ?? "")).buffer;
  }

  it("is one .parquet file, and the manifest has the schema of its columns", async () => {
    await put("a");
    const manifest = await deliver({ OptionalFields: [...FIELDS].reverse() });
    expect(manifest).to.include({ fileFormat: "Parquet", fileSchema: SCHEMA });
    expect(manifest.files[0]?.key).to.match(
      new RegExp(`^${source}/daily/data/[0-9a-f-]{36}\\.parquet$`),
    );
    const file = await fileOf(manifest);
    expect(manifest.files[0]?.size).to.equal(file.byteLength);
    const [root, ...columns] = parquetMetadata(file).schema;
    expect(root).to.deep.include({ name: "s3.inventory", num_children: 21 });
    const text = columns.map(({ repetition_type, type, name, converted_type, logical_type }) => {
      const physical = type === "BYTE_ARRAY" ? "binary" : type?.toLowerCase();
      const field = `${repetition_type?.toLowerCase()} ${physical} ${name}`;
      if (logical_type?.type === "TIMESTAMP") {
        expect(converted_type).to.equal("TIMESTAMP_MILLIS");
        const { unit, isAdjustedToUTC } = logical_type;
        return `  ${field} (TIMESTAMP(${unit},${isAdjustedToUTC}));`;
      }
      expect(converted_type).to.equal(type === "BYTE_ARRAY" ? "UTF8" : undefined);
      return logical_type === undefined ? `  ${field};` : `  ${field} (${logical_type.type});`;
    });
    expect(`message ${root?.name} {${text.join("")}}`).to.equal(SCHEMA);
  });

  it("has every column of every kind of version, null where there is no value", async () => {
    const startEpochMs = sandbox().clock.nowEpochMs();
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: source,
        LifecycleConfiguration: {
          Rules: [
            {
              ID: "old",
              Status: "Enabled",
              Filter: { Prefix: "expires" },
              Expiration: { Days: 30 },
            },
          ],
        },
      }),
    );
    const until = new Date(startEpochMs + 10 * DAY_MS);
    const lockedId = await put("a b+c/ü,\"'%20", {
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: until,
      ObjectLockLegalHoldStatus: "ON",
      ChecksumAlgorithm: "SHA256",
      StorageClass: "INTELLIGENT_TIERING",
    });
    const expiresId = await put("expires", { ChecksumAlgorithm: "CRC32" });
    const goneId = await put("gone", {
      ServerSideEncryption: "aws:kms",
      BucketKeyEnabled: true,
      ChecksumAlgorithm: "CRC32",
    });
    sandbox().clock.advance(1234);
    const marker = await s3.send(new DeleteObjectCommand({ Bucket: source, Key: "gone" }));
    const partsId = await putMultipart("parts");
    const rows = await parquetReadObjects({
      file: await fileOf(await deliver({ OptionalFields: FIELDS })),
    });
    const owner = sandbox().world.accounts.get(SOURCE_ID)?.canonicalUserId;
    const acl = {
      version: "2022-11-10",
      status: "AVAILABLE",
      grants: [{ canonicalId: owner, type: "CanonicalUser", permission: "FULL_CONTROL" }],
    };
    const plain = {
      bucket: source,
      is_latest: true,
      is_delete_marker: false,
      size: 4n,
      last_modified_date: new Date(startEpochMs),
      e_tag: MD5_OF_BODY,
      storage_class: "STANDARD",
      is_multipart_uploaded: false,
      replication_status: null,
      encryption_status: "SSE-S3",
      object_lock_retain_until_date: null,
      object_lock_mode: null,
      object_lock_legal_hold_status: "Off",
      intelligent_tiering_access_tier: null,
      bucket_key_status: "DISABLED",
      checksum_algorithm: "CRC32",
      object_access_control_list: Buffer.from(JSON.stringify(acl)).toString("base64"),
      object_owner: owner,
      lifecycle_expiration_date: null,
    };
    expect(rows).to.have.length(5);
    const [locked, expires, goneMarker, gone, parts] = rows;
    expect(locked).to.deep.equal({
      ...plain,
      key: "a b+c/ü,\"'%20",
      version_id: lockedId,
      storage_class: "INTELLIGENT_TIERING",
      object_lock_retain_until_date: until,
      object_lock_mode: "COMPLIANCE",
      object_lock_legal_hold_status: "On",
      intelligent_tiering_access_tier: "FREQUENT",
      checksum_algorithm: "SHA256",
    });
    expect(expires).to.deep.equal({
      ...plain,
      key: "expires",
      version_id: expiresId,
      // The midnight after the thirtieth day.
      lifecycle_expiration_date: new Date(startEpochMs + 30.5 * DAY_MS),
    });
    expect(goneMarker).to.deep.equal({
      ...Object.fromEntries(Object.keys(plain).map((name) => [name, null])),
      bucket: source,
      key: "gone",
      version_id: marker.VersionId,
      is_latest: true,
      is_delete_marker: true,
      last_modified_date: new Date(startEpochMs + 1000),
    });
    expect(gone).to.deep.equal({
      ...plain,
      key: "gone",
      version_id: goneId,
      is_latest: false,
      e_tag: gone?.e_tag,
      encryption_status: "SSE-KMS",
      bucket_key_status: "ENABLED",
    });
    expect(gone?.e_tag).to.match(/^[0-9a-f]{32}$/);
    expect(parts).to.deep.equal({
      ...plain,
      key: "parts",
      version_id: partsId,
      last_modified_date: new Date(startEpochMs + 1000),
      e_tag: parts?.e_tag,
      is_multipart_uploaded: true,
      checksum_algorithm: "CRC64NVME",
    });
    expect(parts?.e_tag).to.match(/^[0-9a-f]{32}-1$/);
  });

  it("of current versions has the columns asked for only, and reads back over many rows", async () => {
    const keys = Array.from({ length: 1100 }, (_, index) => `key-${String(index + 1000)}`);
    // More than one row group, which needs more rows than requests should fill.
    const principal = sandbox().world.iam.root(SOURCE_ID);
    for (const Key of keys) {
      sandbox().world.invoke({
        service: "s3",
        operation: "PutObject",
        input: { Bucket: source, Key, Body: Buffer.from(Key) },
        principal,
        region: "eu-west-1",
      });
    }
    const manifest = await deliver({
      IncludedObjectVersions: "Current",
      OptionalFields: ["Size"],
    });
    expect(manifest.fileSchema).to.equal(
      "message s3.inventory {  required binary bucket (STRING);  required binary key (STRING);  optional int64 size;}",
    );
    const file = await fileOf(manifest);
    expect(parquetMetadata(file).row_groups).to.have.length(2);
    expect(await parquetReadObjects({ file })).to.deep.equal(
      keys.map((key) => ({ bucket: source, key, size: 8n })),
    );
  });

  it("of nothing has a manifest without files", async () => {
    const manifest = await deliver({ OptionalFields: FIELDS });
    expect(manifest).to.include({ fileFormat: "Parquet", fileSchema: SCHEMA });
    expect(manifest.files).to.deep.equal([]);
  });
});
