/**
 * A source and its vault that are nowhere: so many versions as one likes, made up as they are asked for, with losses at the vault
 * that are known by each version's number. Counts what it is asked for.
 */

import type {
  GetObjectCommandInput,
  ListObjectsV2CommandInput,
  ListObjectVersionsCommandInput,
  ObjectVersion,
  S3Client,
} from "@aws-sdk/client-s3";
import { OwnBucketsClient } from "../../automation/aws/own-buckets-client";
import type { VerifyOptions } from "../../automation/backfill/look";
import { systemClock } from "../../automation/clock";
import { INVENTORY_FIELDS } from "../../components/inventory/inventory-settings";
import { promiseDigest } from "../../components/promise/promise";
import { inventoryObjects, ObjectsInMemory, type InventoryRow } from "./inventory-files";
import { DAY_MS } from "./judged-world";
import { MadeUpJobs } from "./made-up-jobs";

/** What may be wrong with a version at the vault. */
export const LOSSES = [
  "missing",
  "doubled",
  "other-content",
  "rotten",
  "other-size",
  "weaker-lock",
  "shorter-lock",
  "wrong-key",
  "wrong-class",
  "wrong-owner",
  "not-replica",
] as const;
export type Loss = (typeof LOSSES)[number];

export interface MadeUpWorld {
  readonly versionsCount: number;
  /** Undefined: right at the vault. */
  readonly lossOf: (index: number) => Loss | undefined;
  /** As the vault promises it. Default: none, so that ETags are MD5. */
  readonly kmsKeyArn?: string;
  /** The one rule asks for the tag `keep: yes`, which these versions have. Default: it asks for none. */
  readonly isTagged?: (index: number) => boolean;
  /** When every version was written. Default: a day ago. */
  readonly writtenEpochMs?: number;
  /** Inventories that S3 delivered an hour ago. Default: none. */
  readonly inventory?: "CSV" | "Parquet";
  /** What the source's inventory says of a version in place of what is so, as whoever writes there can. Default: nothing. */
  readonly forged?: (index: number) => Partial<InventoryRow>;
}

/** One moment for all that is made up, so that two looks find the same. */
const NOW = Date.now();
const PAGE_SIZE = 1_000;
const PROMISED_DAYS = 30;
const FOREIGN_KEY = "arn:aws:kms:eu-west-1:999999999999:key/theirs";

const keyOf = (index: number): string => `records/${String(index).padStart(9, "0")}`;
const versionIdOf = (index: number): string => `v${index.toString(36).padStart(31, "0")}`;
const indexOf = (text: string): number => Number(text.slice("records/".length));
const md5Of = (index: number): string => `"${index.toString(16).padStart(32, "0")}"`;
/** What an ETag under KMS is like: no MD5 of the content, and another at each side. */
const kmsEtagOf = (index: number, isVault: boolean): string =>
  `"${isVault ? "f" : "e"}${index.toString(16).padStart(31, "0")}"`;

/** What lies at a side of a version: what is rotten there has the size, the ETag and the checksums that it always had. */
function contentAt(world: MadeUpWorld, isVault: boolean, key: string): string {
  const loss = isVault ? world.lossOf(indexOf(key)) : undefined;
  return loss === "rotten" || loss === "other-content" ? `${key}, not as it was` : key;
}

/** Under it jobs keep theirs beside a bucket. */
const JOBS_PREFIX = "checksum/";

/** How often each operation was asked for, at each side. */
export type Asked = Record<string, number>;

const INVENTORY_MS = NOW - DAY_MS / 24;
const INVENTORY_PREFIX = "inventory";
const ROWS_PER_FILE = 3_000;

/** The bucket beside one of the two. */
const besideOf = (isVault: boolean): string =>
  isVault ? "made-up-vault-operations" : "made-up-operations";
const nameOf = (isVault: boolean): string => (isVault ? "made-up-vault" : "made-up-source");

class MadeUpBucket extends OwnBucketsClient {
  readonly jobs: MadeUpJobs;
  #beside: ObjectsInMemory | undefined;

  constructor(
    private readonly world: MadeUpWorld,
    private readonly isVault: boolean,
    private readonly asked: Asked,
  ) {
    const credentials = { accessKeyId: "made-up", secretAccessKey: "made-up" };
    super({ region: "eu-west-1", credentials }, "111111111111");
    this.jobs = new MadeUpJobs((key) => contentAt(world, isVault, key), asked);
  }

  private get beside(): ObjectsInMemory {
    return (this.#beside ??= this.makeBeside());
  }

  private makeBeside(): ObjectsInMemory {
    const { inventory: format } = this.world;
    const objects =
      format === undefined
        ? new Map<string, Buffer>()
        : inventoryObjects({
            listedBucket: nameOf(this.isVault),
            bucketName: besideOf(this.isVault),
            prefix: INVENTORY_PREFIX,
            id: "all",
            format,
            createdEpochMs: INVENTORY_MS,
            rows: this.rows(),
            rowsPerFile: ROWS_PER_FILE,
          });
    return new ObjectsInMemory(objects);
  }

  private *rows(): Generator<InventoryRow> {
    for (let index = 0; index < this.world.versionsCount; index++) {
      const loss = this.lossOf(index);
      for (const { ETag = "", Key = "", VersionId = "" } of this.listed(index)) {
        const { output } = this.head(
          index,
          VersionId,
          VersionId === DOUBLE_ID ? "not-replica" : loss,
        );
        yield {
          key: Key,
          versionId: VersionId,
          sizeBytes: output.ContentLength,
          lastModifiedEpochMs: output.LastModified.getTime(),
          etag: ETag.replaceAll('"', ""),
          storageClass: output.StorageClass,
          replicationStatus: "ReplicationStatus" in output ? output.ReplicationStatus : undefined,
          encryption: output.ServerSideEncryption === "aws:kms" ? "SSE-KMS" : "SSE-S3",
          ...("ObjectLockMode" in output
            ? {
                lockMode: output.ObjectLockMode,
                retainUntilEpochMs: output.ObjectLockRetainUntilDate?.getTime(),
              }
            : {}),
          ...(this.isVault ? {} : this.world.forged?.(index)),
        };
      }
    }
  }

  private get written(): Date {
    return new Date(this.world.writtenEpochMs ?? NOW - DAY_MS);
  }

  override send = ((command: {
    constructor: { name: string };
    input: ListObjectVersionsCommandInput;
  }) => {
    const { name } = command.constructor;
    this.count(name.replace(/Command$/, ""));
    const { Key, Prefix = Key } = command.input as { Key?: string; Prefix?: string };
    if (Prefix?.startsWith(JOBS_PREFIX) === true) return this.sendToJobs(name, command);
    switch (name) {
      case "ListObjectVersionsCommand":
        return Promise.resolve(this.page(command.input));
      case "GetBucketVersioningCommand":
        return Promise.resolve({ Status: "Enabled" });
      case "GetObjectTaggingCommand":
        return Promise.resolve({ TagSet: this.tagsOf(indexOf(Key ?? "")) });
      case "GetBucketAclCommand":
        return Promise.resolve({ Owner: { ID: "vault" } });
      case "GetBucketReplicationCommand":
        return Promise.resolve({ ReplicationConfiguration: this.replication() });
      case "GetBucketInventoryConfigurationCommand":
        return Promise.resolve({ InventoryConfiguration: this.declared() });
      // No job that replicates was ever made: all that lies beside else are inventories.
      case "ListObjectsV2Command":
        return Promise.resolve(this.beside.list(command.input as ListObjectsV2CommandInput));
      case "GetObjectCommand":
        return Promise.resolve().then(() =>
          this.beside.get(command.input as GetObjectCommandInput),
        );
      default:
        return Promise.reject(new Error(`Nobody answers ${name}.`));
    }
  }) as unknown as S3Client["send"];

  private async sendToJobs(name: string, command: { input: object }): Promise<unknown> {
    switch (name) {
      case "ListObjectsV2Command":
        return this.jobs.list(command.input);
      case "GetObjectCommand":
        return this.jobs.get(command.input as GetObjectCommandInput);
      case "PutObjectCommand":
        return this.jobs.put(command as Parameters<MadeUpJobs["put"]>[0]);
      default:
        throw new Error(`Nobody answers ${name}.`);
    }
  }

  override headObject: OwnBucketsClient["headObject"] = ({ key = "", versionId = "" }) => {
    this.count("HeadObject");
    const index = indexOf(key);
    const loss = this.lossOf(index);
    if (versionId === DOUBLE_ID) {
      return Promise.resolve(this.head(index, versionId, "not-replica"));
    }
    if (loss === "missing") return Promise.reject(notFound());
    return Promise.resolve(this.head(index, versionId, loss));
  };

  /** As the promise has it. */
  private declared() {
    return {
      Id: "all",
      IsEnabled: true,
      IncludedObjectVersions: "All",
      OptionalFields: [...INVENTORY_FIELDS],
      Schedule: { Frequency: "Daily" },
      Destination: {
        S3BucketDestination: {
          Bucket: `arn:aws:s3:::${besideOf(this.isVault)}`,
          AccountId: this.isVault ? "222222222222" : "111111111111",
          Format: this.world.inventory,
          Prefix: INVENTORY_PREFIX,
        },
      },
    };
  }

  /** As the promise has it. */
  private replication() {
    const { kmsKeyArn } = this.world;
    return {
      Role: "",
      Rules: [
        {
          ID: "all",
          Status: "Enabled",
          Priority: 1,
          Filter:
            this.world.isTagged === undefined
              ? { Prefix: "" }
              : { And: { Prefix: "", Tags: [KEEP] } },
          DeleteMarkerReplication: { Status: "Disabled" },
          ...(kmsKeyArn !== undefined && {
            SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
          }),
          Destination: {
            Bucket: "arn:aws:s3:::made-up-vault",
            Account: "222222222222",
            StorageClass: "STANDARD",
            ...(kmsKeyArn !== undefined && {
              EncryptionConfiguration: { ReplicaKmsKeyID: kmsKeyArn },
            }),
          },
        },
      ],
    };
  }

  private head(index: number, versionId: string, loss: Loss | undefined) {
    const { kmsKeyArn } = this.world;
    const isKms = loss === "wrong-key" || kmsKeyArn !== undefined;
    const retainUntil = NOW + (loss === "shorter-lock" ? 1 : 2 * PROMISED_DAYS) * DAY_MS;
    const output = {
      $metadata: {},
      VersionId: versionId,
      ContentLength: this.sizeOf(loss),
      ETag: this.etagOf(index, loss),
      ServerSideEncryption: isKms ? ("aws:kms" as const) : ("AES256" as const),
      ...(isKms && {
        SSEKMSKeyId: loss === "wrong-key" ? FOREIGN_KEY : this.isVault ? kmsKeyArn : "theirs",
      }),
      // Under KMS ETags say nothing, and S3 keeps a checksum of each upload.
      ...(kmsKeyArn !== undefined && {
        ChecksumCRC64NVME: loss === "other-content" ? "other" : md5Of(index),
      }),
      LastModified: this.written,
      StorageClass: loss === "wrong-class" ? ("STANDARD_IA" as const) : ("STANDARD" as const),
      ...(this.isVault
        ? {
            ObjectLockMode:
              loss === "weaker-lock" ? ("GOVERNANCE" as const) : ("COMPLIANCE" as const),
            ObjectLockRetainUntilDate: new Date(retainUntil),
            ...(loss !== "not-replica" && { ReplicationStatus: "REPLICA" as const }),
          }
        : { ReplicationStatus: "COMPLETED" as const }),
    };
    return { output, answeredEpochMs: NOW };
  }

  private lossOf(index: number): Loss | undefined {
    return this.isVault ? this.world.lossOf(index) : undefined;
  }

  private tagsOf(index: number) {
    return this.world.isTagged?.(index) === true ? [KEEP] : [];
  }

  private sizeOf(loss: Loss | undefined): number {
    return loss === "other-size" ? 1_023 : 1_024;
  }

  private etagOf(index: number, loss: Loss | undefined): string {
    if (this.world.kmsKeyArn !== undefined || loss === "wrong-key") {
      return kmsEtagOf(index, this.isVault);
    }
    return loss === "other-content" ? md5Of(index + 2 ** 32) : md5Of(index);
  }

  private page({ KeyMarker, Prefix }: ListObjectVersionsCommandInput) {
    const versions: ObjectVersion[] = [];
    let index =
      KeyMarker === undefined
        ? Prefix === undefined
          ? 0
          : indexOf(Prefix)
        : indexOf(KeyMarker) + 1;
    const end = Prefix === undefined ? this.world.versionsCount : indexOf(Prefix) + 1;
    for (; index < end && versions.length < PAGE_SIZE; index++) {
      versions.push(...this.listed(index));
    }
    const next = { NextKeyMarker: keyOf(index - 1), NextVersionIdMarker: "any" };
    return index < end
      ? { Versions: versions, IsTruncated: true, ...next }
      : { Versions: versions, IsTruncated: false };
  }

  private listed(index: number): readonly ObjectVersion[] {
    const loss = this.lossOf(index);
    if (loss === "missing") return [];
    const owner = loss === "wrong-owner" ? "eve" : this.isVault ? "vault" : "source";
    const version: ObjectVersion = {
      Key: keyOf(index),
      VersionId: versionIdOf(index),
      IsLatest: true,
      Size: this.sizeOf(loss),
      ETag: this.etagOf(index, loss),
      StorageClass: loss === "wrong-class" ? ("STANDARD_IA" as never) : "STANDARD",
      LastModified: this.written,
      Owner: { ID: owner },
    };
    if (loss !== "doubled") return [version];
    return [
      { ...version, VersionId: DOUBLE_ID },
      { ...version, IsLatest: false },
    ];
  }

  private count(operation: string): void {
    this.asked[operation] = (this.asked[operation] ?? 0) + 1;
  }
}

const DOUBLE_ID = "vdouble";
const KEEP = { Key: "keep", Value: "yes" };

/** As S3 answers the HEAD of a version that it does not have. */
function notFound(): Error {
  return Object.assign(new Error("UnknownError"), {
    name: "NotFound",
    $fault: "client",
    $metadata: { httpStatusCode: 404 },
  });
}

/** How `verifyStack` looks at such a world, and what it asked for. */
export function lookAtWorld(world: MadeUpWorld): {
  readonly options: VerifyOptions;
  readonly source: Asked;
  readonly vault: Asked;
} {
  const bucket = (name: string, accountId: string) => ({
    accountId,
    region: "eu-west-1",
    bucketName: name,
    bucketArn: `arn:aws:s3:::${name}`,
  });
  const { inventory: format, kmsKeyArn } = world;
  const inventoryOf = (isVault: boolean) =>
    format === undefined
      ? {}
      : {
          inventory: {
            id: "all",
            format,
            frequency: "Daily" as const,
            bucketName: besideOf(isVault),
            prefix: INVENTORY_PREFIX,
          },
        };
  const readingRole = (accountId: string) => ({
    roleArn: `arn:aws:iam::${accountId}:role/reading`,
  });
  const primary = {
    ...bucket("made-up-vault", "222222222222"),
    operationsBucketName: besideOf(true),
    guard: { checksumRole: readingRole("222222222222") },
    name: "primary",
    lock: { mode: "COMPLIANCE", retentionDays: PROMISED_DAYS } as const,
    storageClass: "STANDARD",
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    ...inventoryOf(true),
  };
  const rule = {
    name: "all",
    status: "Enabled",
    priority: 1,
    vault: "primary",
    ...(world.isTagged === undefined ? {} : { tags: { [KEEP.Key]: KEEP.Value } }),
    ...(kmsKeyArn === undefined ? {} : { sseKmsEncryptedObjects: true }),
  };
  const outputs = {
    source: {
      ...bucket("made-up-source", "111111111111"),
      existing: true,
      replicationRoleArn: "",
      ...inventoryOf(false),
    },
    batchRoleArn: "",
    roles: { checksum: readingRole("111111111111") },
    rules: [rule],
    vaults: [primary],
    operations: {
      ...bucket("made-up-operations", "111111111111"),
      manifestPrefix: "manifests",
      reportPrefix: "reports",
      ledgerPrefix: "ledger",
    },
  } as unknown as VerifyOptions["outputs"];
  const source: Asked = {};
  const vault: Asked = {};
  const [atSource, atVault] = [
    new MadeUpBucket(world, false, source),
    new MadeUpBucket(world, true, vault),
  ];
  const sts = { send: () => Promise.resolve({ Arn: "arn:aws:iam::111111111111:user/made-up" }) };
  const clientsOf = (s3: MadeUpBucket) => ({ s3, s3control: s3.jobs.s3control, sts });
  const options: VerifyOptions = {
    outputs: { ...outputs, promise: { version: 1, digest: promiseDigest(outputs) } },
    clients: {
      source: clientsOf(atSource),
      vaults: new Map([["primary", { outputs: primary, ...clientsOf(atVault) }]]),
    } as unknown as VerifyOptions["clients"],
    clock: systemClock,
    concurrency: 32,
    emit: () => undefined,
    settleLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 1 },
    signal: new AbortController().signal,
    skipsRoles: true,
  };
  return { options, source, vault };
}
