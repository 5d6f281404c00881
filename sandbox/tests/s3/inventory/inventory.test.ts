import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import {
  CreateKeyCommand,
  type CreateKeyCommandOutput,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketInventoryConfigurationCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  InventoryOptionalField,
  ListObjectsV2Command,
  PutBucketInventoryConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
  type InventoryConfiguration,
  type InventoryS3BucketDestination,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SOURCE_ID = "111111111111";

/** Fields that need what the sandbox does not have. */
const WITHOUT: readonly string[] = [
  "IntelligentTieringReferenceDate",
  "ObjectLockEventHoldStatus",
  "ObjectLockEventHoldDuration",
];
const ALL_FIELDS = Object.values(InventoryOptionalField).filter((name) => !WITHOUT.includes(name));

interface Manifest {
  readonly sourceBucket: string;
  readonly destinationBucket: string;
  readonly version: string;
  readonly creationTimestamp: string;
  readonly fileFormat: string;
  readonly fileSchema: string;
  readonly files: readonly { key: string; size: number; MD5checksum: string }[];
}

describe("S3 Inventory", () => {
  const sandbox = useSandboxWithManualClock();
  let s3: S3Client;
  let count = 0;
  let source: string;
  let destination: string;

  beforeEach(async () => {
    s3 = sandbox().s3("source");
    count++;
    source = `listed-${count}`;
    destination = `lists-${count}`;
    // To the next noon, so that a test knows how far midnight is.
    const now = sandbox().clock.nowEpochMs();
    sandbox().clock.setTime(Math.ceil(now / DAY_MS) * DAY_MS + 12 * HOUR_MS);
    await create(source);
    await create(destination);
  });

  async function create(Bucket: string, options: { lock?: boolean } = {}): Promise<void> {
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        ObjectLockEnabledForBucket: options.lock,
      }),
    );
  }

  /** The policy of the User Guide, with what a test changes. */
  async function letIn(overrides: { Condition?: object; Resource?: string } = {}): Promise<void> {
    const statement = {
      Sid: "InventoryAndAnalyticsExamplePolicy",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: [`arn:aws:s3:::${destination}/*`],
      Condition: {
        ArnLike: { "aws:SourceArn": `arn:aws:s3:::${source}` },
        StringEquals: {
          "aws:SourceAccount": SOURCE_ID,
          "s3:x-amz-acl": "bucket-owner-full-control",
        },
      },
      ...overrides,
    };
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: destination,
        Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      }),
    );
  }

  function configuration(
    overrides: Partial<InventoryConfiguration> = {},
    place: Partial<InventoryS3BucketDestination> = {},
  ): InventoryConfiguration {
    return {
      Id: "daily",
      IsEnabled: true,
      IncludedObjectVersions: "All",
      Schedule: { Frequency: "Daily" },
      Destination: {
        S3BucketDestination: {
          Bucket: `arn:aws:s3:::${destination}`,
          Format: "CSV",
          Prefix: "inv",
          ...place,
        },
      },
      ...overrides,
    };
  }

  async function configure(
    overrides: Partial<InventoryConfiguration> = {},
    place: Partial<InventoryS3BucketDestination> = {},
  ): Promise<void> {
    const wanted = configuration(overrides, place);
    await s3.send(
      new PutBucketInventoryConfigurationCommand({
        Bucket: source,
        Id: wanted.Id,
        InventoryConfiguration: wanted,
      }),
    );
  }

  const put = (Key: string, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket: source, Key, Body: "body", ...more }));

  async function delivered(): Promise<string[]> {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: destination }));
    return (Contents ?? []).map(({ Key }) => Key ?? "");
  }

  async function read(Key: string): Promise<Buffer> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: destination, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async function latestManifest(): Promise<Manifest> {
    const keys = (await delivered()).filter((key) => key.endsWith("/manifest.json"));
    const text = (await read(keys[keys.length - 1] ?? "")).toString();
    return JSON.parse(text) as Manifest;
  }

  /** Rows as records by the names of the schema. */
  async function rows(): Promise<Record<string, string>[]> {
    const manifest = await latestManifest();
    const columns = manifest.fileSchema.split(", ");
    const all: Record<string, string>[] = [];
    for (const { key } of manifest.files) {
      const text = gunzipSync(await read(key)).toString();
      all.push(...parse<Record<string, string>>(text, { columns }));
    }
    return all;
  }

  it("is delivered at the next midnight, laid out as AWS does, and every day from then on", async () => {
    await letIn();
    await put("a");
    await configure();
    sandbox().clock.advance(12 * HOUR_MS - 1);
    expect(await delivered()).to.deep.equal([]);
    sandbox().clock.advance(1);
    const atEpochMs = sandbox().clock.nowEpochMs();
    const [day] = new Date(atEpochMs).toISOString().split("T");
    const folder = `inv/${source}/daily`;
    const [checksumKey, manifestKey, dataKey, linkKey, ...more] = await delivered();
    expect(more).to.deep.equal([]);
    expect(checksumKey).to.equal(`${folder}/${day}T00-00Z/manifest.checksum`);
    expect(manifestKey).to.equal(`${folder}/${day}T00-00Z/manifest.json`);
    expect(dataKey).to.match(new RegExp(`^${folder}/data/[0-9a-f-]{36}\\.csv\\.gz$`));
    expect(linkKey).to.equal(`${folder}/hive/dt=${day}-00-00/symlink.txt`);
    const data = await read(dataKey ?? "");
    const manifestText = await read(manifestKey ?? "");
    expect(JSON.parse(manifestText.toString())).to.deep.equal({
      sourceBucket: source,
      destinationBucket: `arn:aws:s3:::${destination}`,
      version: "2016-11-30",
      creationTimestamp: String(atEpochMs),
      fileFormat: "CSV",
      fileSchema: "Bucket, Key, VersionId, IsLatest, IsDeleteMarker",
      files: [{ key: dataKey, size: data.length, MD5checksum: md5(data) }],
    });
    expect((await read(checksumKey ?? "")).toString()).to.equal(md5(manifestText));
    expect((await read(linkKey ?? "")).toString()).to.equal(`s3://${destination}/${dataKey}`);
    sandbox().clock.advance(DAY_MS);
    expect(await delivered()).to.have.length(8);
    sandbox().clock.advance(3 * DAY_MS);
    expect(await delivered()).to.have.length(20);
  });

  it("of weekly ones comes at the next midnight and then on Sundays", async () => {
    await letIn();
    await configure({ Schedule: { Frequency: "Weekly" } });
    sandbox().clock.advance(21 * DAY_MS);
    const days = (await delivered())
      .filter((key) => key.endsWith("manifest.json"))
      .map((key) => new Date(/\d{4}-\d\d-\d\d/.exec(key)?.[0] ?? ""));
    expect(days.length).to.be.within(3, 4);
    expect(days.slice(1).map((day) => day.getUTCDay())).to.satisfy((numbers: number[]) =>
      numbers.every((number) => number === 0),
    );
  });

  it("has all fields in AWS's order, and the values of every kind of version", async () => {
    source = `locked-${count}`;
    await create(source, { lock: true });
    await letIn();
    const until = new Date(sandbox().clock.nowEpochMs() + 10 * DAY_MS);
    await put("a b+c/ü", {
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: until,
      ObjectLockLegalHoldStatus: "ON",
      ChecksumAlgorithm: "SHA256",
      StorageClass: "INTELLIGENT_TIERING",
    });
    await put("kms", { ServerSideEncryption: "aws:kms", BucketKeyEnabled: true });
    const { VersionId } = await put("old");
    sandbox().clock.advance(1000);
    const marker = await s3.send(new DeleteObjectCommand({ Bucket: source, Key: "old" }));
    await putMultipart("parts");
    await configure({ OptionalFields: [...ALL_FIELDS].reverse() });
    sandbox().clock.advance(DAY_MS);
    const manifest = await latestManifest();
    expect(manifest.fileSchema).to.equal(
      "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass, " +
        "IsMultipartUploaded, ReplicationStatus, EncryptionStatus, ObjectLockRetainUntilDate, ObjectLockMode, " +
        "ObjectLockLegalHoldStatus, IntelligentTieringAccessTier, BucketKeyStatus, ChecksumAlgorithm, " +
        "ObjectAccessControlList, ObjectOwner, LifecycleExpirationDate",
    );
    const [locked, kms, oldMarker, old, parts] = await rows();
    const owner = sandbox().world.accounts.get(SOURCE_ID)?.canonicalUserId;
    expect(locked).to.include({
      Bucket: source,
      Key: "a%20b%2Bc/%C3%BC",
      IsLatest: "true",
      IsDeleteMarker: "false",
      Size: "4",
      ETag: md5(Buffer.from("body")),
      StorageClass: "INTELLIGENT_TIERING",
      IsMultipartUploaded: "false",
      ReplicationStatus: "",
      EncryptionStatus: "SSE-S3",
      ObjectLockRetainUntilDate: until.toISOString(),
      ObjectLockMode: "COMPLIANCE",
      ObjectLockLegalHoldStatus: "On",
      IntelligentTieringAccessTier: "FREQUENT",
      BucketKeyStatus: "DISABLED",
      ChecksumAlgorithm: "SHA256",
      ObjectOwner: owner,
      LifecycleExpirationDate: "",
    });
    const acl = Buffer.from(locked?.ObjectAccessControlList ?? "", "base64").toString();
    expect(JSON.parse(acl)).to.deep.equal({
      version: "2022-11-10",
      status: "AVAILABLE",
      grants: [{ canonicalId: owner, type: "CanonicalUser", permission: "FULL_CONTROL" }],
    });
    expect(kms).to.include({
      EncryptionStatus: "SSE-KMS",
      BucketKeyStatus: "ENABLED",
      ObjectLockRetainUntilDate: "",
      ObjectLockMode: "",
      ObjectLockLegalHoldStatus: "Off",
      IntelligentTieringAccessTier: "",
    });
    expect(oldMarker).to.include({
      Key: "old",
      VersionId: marker.VersionId,
      IsLatest: "true",
      IsDeleteMarker: "true",
      Size: "",
      ETag: "",
    });
    expect(old).to.include({ Key: "old", VersionId, IsLatest: "false", IsDeleteMarker: "false" });
    expect(parts).to.include({ IsMultipartUploaded: "true" });
    expect(parts?.ETag).to.match(/-1$/);
  });

  async function putMultipart(Key: string): Promise<void> {
    const target = { Bucket: source, Key };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    const { ETag } = await s3.send(
      new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: "part" }),
    );
    await s3.send(
      new CompleteMultipartUploadCommand({
        ...target,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
  }

  it("of current versions has no columns of versions, no markers and no noncurrent versions", async () => {
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: source,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    await letIn();
    await put("a", { Body: "1" });
    await put("a", { Body: "22" });
    await put("gone");
    await s3.send(new DeleteObjectCommand({ Bucket: source, Key: "gone" }));
    await configure({ IncludedObjectVersions: "Current", OptionalFields: ["Size"] });
    sandbox().clock.advance(DAY_MS);
    expect((await latestManifest()).fileSchema).to.equal("Bucket, Key, Size");
    expect(await rows()).to.deep.equal([{ Bucket: source, Key: "a", Size: "2" }]);
  });

  it("lists a prefix only, and gives the version from before versioning no id", async () => {
    await letIn();
    await put("in/a");
    await put("in0");
    await put("im");
    await configure({ Filter: { Prefix: "in/" } });
    sandbox().clock.advance(DAY_MS);
    expect(await rows()).to.deep.equal([
      { Bucket: source, Key: "in/a", VersionId: "", IsLatest: "true", IsDeleteMarker: "false" },
    ]);
  });

  const refusals: { title: string; policy?: () => object; place?: object }[] = [
    { title: "without a bucket policy" },
    {
      title: "for another source bucket",
      policy: () => ({
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::another" } },
      }),
    },
    {
      title: "for another source account",
      policy: () => ({ Condition: { StringEquals: { "aws:SourceAccount": "999999999999" } } }),
    },
    {
      title: "outside of the keys of the policy",
      policy: () => ({ Resource: `arn:aws:s3:::${destination}/elsewhere/*` }),
    },
    {
      title: "to a bucket of another account than the expected one",
      policy: () => ({}),
      place: { AccountId: "222222222222" },
    },
  ];
  for (const { title, policy, place } of refusals) {
    it(`is not delivered, and nobody is told, ${title}`, async () => {
      if (policy !== undefined) await letIn(policy());
      await put("a");
      await configure({}, place);
      sandbox().clock.advance(2 * DAY_MS);
      expect(await delivered()).to.deep.equal([]);
    });
  }

  it("is delivered from the day on which S3 is let in", async () => {
    await configure();
    sandbox().clock.advance(2 * DAY_MS);
    expect(await delivered()).to.deep.equal([]);
    await letIn();
    sandbox().clock.advance(DAY_MS);
    expect((await latestManifest()).files).to.deep.equal([]);
  });

  it("is encrypted as it is configured, with SSE-KMS where the key's policy lets S3 in", async () => {
    const kms = sandbox().kms("source");
    const { KeyMetadata }: CreateKeyCommandOutput = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.Arn ?? "";
    await letIn();
    await put("a");
    await configure({}, { Encryption: { SSEKMS: { KeyId } } });
    sandbox().clock.advance(DAY_MS);
    expect(await delivered()).to.deep.equal([]);
    const statements = [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${SOURCE_ID}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "kms:GenerateDataKey",
        Resource: "*",
        Condition: {
          StringEquals: { "aws:SourceAccount": SOURCE_ID },
          ArnLike: { "aws:SourceARN": `arn:aws:s3:::${source}` },
        },
      },
    ];
    await kms.send(
      new PutKeyPolicyCommand({
        KeyId,
        Policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
      }),
    );
    sandbox().clock.advance(DAY_MS);
    const keys = await delivered();
    expect(keys).to.have.length(4);
    for (const Key of keys) {
      const head = await s3.send(new HeadObjectCommand({ Bucket: destination, Key }));
      expect(head.ServerSideEncryption).to.equal("aws:kms");
      expect(head.SSEKMSKeyId).to.equal(KeyId);
    }
  });

  it("stops when it is disabled or deleted", async () => {
    await letIn();
    await configure();
    await configure({ Id: "other" });
    sandbox().clock.advance(DAY_MS);
    expect(await delivered()).to.have.length(6);
    await configure({ IsEnabled: false });
    await s3.send(new DeleteBucketInventoryConfigurationCommand({ Bucket: source, Id: "other" }));
    sandbox().clock.advance(3 * DAY_MS);
    expect(await delivered()).to.have.length(6);
  });

  it("lets the clock come to rest", async () => {
    await letIn();
    await configure();
    const atEpochMs = sandbox().clock.nowEpochMs();
    sandbox().clock.runUntilIdle();
    expect(sandbox().clock.nowEpochMs()).to.equal(atEpochMs);
  });
});

function md5(content: Buffer): string {
  return createHash("md5").update(content).digest("hex");
}
