/** Inventories as S3 delivers them, made of rows that a test gives, and a bucket that they lie in. */

import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { GetObjectCommandInput, ListObjectsV2CommandInput } from "@aws-sdk/client-s3";
import { parquetWriteBuffer, type SchemaElement } from "hyparquet-writer";
import { refusal } from "./memory-bucket";
import { objectPart } from "./object-range";

/** One version. */
export interface InventoryRow {
  readonly key: string;
  /** `null` (the word) for one from before versioning. */
  readonly versionId: string;
  readonly isDeleteMarker?: boolean;
  readonly sizeBytes: number;
  readonly lastModifiedEpochMs: number;
  /** Without quotes. */
  readonly etag: string;
  readonly storageClass: string;
  readonly replicationStatus?: string | undefined;
  readonly encryption: string;
  readonly retainUntilEpochMs?: number | undefined;
  readonly lockMode?: string | undefined;
  readonly isOnLegalHold?: boolean;
  /** With the column. */
  readonly isOnEventHold?: boolean;
  /** S3's word. */
  readonly checksumAlgorithm?: string | undefined;
}

type Value = string | number | boolean | Date | undefined;

interface Column {
  readonly name: string;
  readonly parquetName: string;
  readonly element: Omit<SchemaElement, "name">;
  readonly value: (row: InventoryRow, bucket: string) => Value;
}

const TEXT = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
const TIME = { type: "INT64", converted_type: "TIMESTAMP_MILLIS" } as const;

const column = (
  name: string,
  parquetName: string,
  element: Column["element"],
  value: Column["value"],
): Column => ({ name, parquetName, element, value });

const date = (epochMs: number | undefined): Date | undefined =>
  epochMs === undefined ? undefined : new Date(epochMs);
const onOff = (isOn: boolean | undefined): string => (isOn === true ? "On" : "Off");

const COLUMNS: readonly Column[] = [
  column("Bucket", "bucket", TEXT, (_, bucket) => bucket),
  column("Key", "key", TEXT, ({ key }) => key),
  column("VersionId", "version_id", TEXT, ({ versionId }) =>
    versionId === "null" ? undefined : versionId,
  ),
  column("IsLatest", "is_latest", { type: "BOOLEAN" }, () => true),
  column(
    "IsDeleteMarker",
    "is_delete_marker",
    { type: "BOOLEAN" },
    ({ isDeleteMarker }) => isDeleteMarker === true,
  ),
  column("Size", "size", { type: "INT64" }, ({ isDeleteMarker, sizeBytes }) =>
    isDeleteMarker === true ? undefined : sizeBytes,
  ),
  column("LastModifiedDate", "last_modified_date", TIME, ({ lastModifiedEpochMs }) =>
    date(lastModifiedEpochMs),
  ),
  column("ETag", "e_tag", TEXT, ({ etag }) => etag),
  column("StorageClass", "storage_class", TEXT, ({ storageClass }) => storageClass),
  column("ReplicationStatus", "replication_status", TEXT, (row) => row.replicationStatus),
  column("EncryptionStatus", "encryption_status", TEXT, ({ encryption }) => encryption),
  column("ObjectLockRetainUntilDate", "object_lock_retain_until_date", TIME, (row) =>
    date(row.retainUntilEpochMs),
  ),
  column("ObjectLockMode", "object_lock_mode", TEXT, ({ lockMode }) => lockMode),
  column("ObjectLockLegalHoldStatus", "object_lock_legal_hold_status", TEXT, (row) =>
    onOff(row.isOnLegalHold),
  ),
  column("ChecksumAlgorithm", "checksum_algorithm", TEXT, (row) => row.checksumAlgorithm),
];

const EVENT_HOLD = column(
  "ObjectLockEventHoldStatus",
  "object_lock_event_hold_status",
  TEXT,
  ({ isOnEventHold }) => onOff(isOnEventHold),
);

/** What an inventory is made of. */
export interface MadeInventory {
  readonly listedBucket: string;
  readonly bucketName: string;
  readonly prefix: string;
  readonly id: string;
  readonly format: "CSV" | "Parquet";
  readonly createdEpochMs: number;
  readonly rows: Iterable<InventoryRow>;
  /** Default: all in one. */
  readonly rowsPerFile?: number;
  /** The younger column is there. Default: not. */
  readonly hasEventHolds?: boolean;
  /** Columns that are left out, as CSV names them. */
  readonly without?: readonly string[];
}

const md5 = (bytes: Buffer | string): string => createHash("md5").update(bytes).digest("hex");

const columnsOf = (made: Pick<MadeInventory, "hasEventHolds" | "without">): readonly Column[] =>
  [...COLUMNS, ...(made.hasEventHolds === true ? [EVENT_HOLD] : [])].filter(
    ({ name }) => made.without?.includes(name) !== true,
  );

/** What is in the files, row by row and in the order of the columns: texts in CSV, typed in Parquet. */
export function inventoryCells(
  made: Pick<MadeInventory, "format" | "hasEventHolds" | "listedBucket" | "rows" | "without">,
): Value[][] {
  const columns = columnsOf(made);
  return [...made.rows].map((row) =>
    columns.map((one) =>
      made.format === "CSV"
        ? csvText(row, one, made.listedBucket)
        : one.value(row, made.listedBucket),
    ),
  );
}

/** Its objects, by key: the files, the manifest and its checksum. */
export function inventoryObjects(made: MadeInventory): Map<string, Buffer> {
  const { bucketName, createdEpochMs, format, id, listedBucket, prefix } = made;
  const columns = columnsOf(made);
  const folder = `${prefix}/${listedBucket}/${id}`;
  const objects = new Map<string, Buffer>();
  const rows = [...made.rows];
  const rowsPerFile = made.rowsPerFile ?? Math.max(1, rows.length);
  const files: { key: string; size: number; MD5checksum: string }[] = [];
  for (let start = 0; start < rows.length; start += rowsPerFile) {
    const part = rows.slice(start, start + rowsPerFile);
    const write = format === "CSV" ? csvFile : parquetFile;
    const bytes = write(part, columns, listedBucket);
    const key = `${folder}/data/${createdEpochMs}-${files.length}${format === "CSV" ? ".csv.gz" : ".parquet"}`;
    objects.set(key, bytes);
    files.push({ key, size: bytes.length, MD5checksum: md5(bytes) });
  }
  const manifest = JSON.stringify({
    sourceBucket: listedBucket,
    destinationBucket: `arn:aws:s3:::${bucketName}`,
    version: "2016-11-30",
    creationTimestamp: String(createdEpochMs),
    fileFormat: format,
    fileSchema:
      format === "CSV"
        ? columns.map(({ name }) => name).join(", ")
        : `message s3.inventory {${columns.map(({ element, parquetName }) => `  optional ${element.type?.toLowerCase() ?? ""} ${parquetName};`).join("")}}`,
    files,
  });
  const dated = `${folder}/${new Date(createdEpochMs).toISOString().slice(0, 16).replace(":", "-")}Z`;
  objects.set(`${dated}/manifest.json`, Buffer.from(manifest));
  objects.set(`${dated}/manifest.checksum`, Buffer.from(md5(manifest)));
  return objects;
}

/** The key as S3 encodes it. */
const encoded = (key: string): string => encodeURIComponent(key).replaceAll("%2F", "/");

function csvText(row: InventoryRow, { name, value }: Column, bucket: string): string {
  const found = value(row, bucket);
  const text =
    found === undefined ? "" : found instanceof Date ? found.toISOString() : String(found);
  return name === "Key" ? encoded(text) : text;
}

function csvFile(
  rows: readonly InventoryRow[],
  columns: readonly Column[],
  bucket: string,
): Buffer {
  const lines = rows.map((row) => columns.map((one) => `"${csvText(row, one, bucket)}"`).join(","));
  return gzipSync(lines.map((line) => `${line}\n`).join(""), { level: 1 });
}

function parquetFile(
  rows: readonly InventoryRow[],
  columns: readonly Column[],
  bucket: string,
): Buffer {
  return Buffer.from(
    parquetWriteBuffer({
      columnData: columns.map(({ parquetName, value }) => ({
        name: parquetName,
        data: rows.map((row) => {
          const found = value(row, bucket);
          return typeof found === "number" ? BigInt(found) : found;
        }),
      })),
      schema: [
        { name: "s3.inventory", num_children: columns.length },
        ...columns.map(({ element, parquetName }) => ({
          name: parquetName,
          repetition_type: "OPTIONAL" as const,
          ...element,
        })),
      ],
    }),
  );
}

/** Answers for objects in memory, as S3 does. */
export class ObjectsInMemory {
  constructor(
    readonly objects: Map<string, Buffer>,
    /** When all of them were written. */
    private readonly writtenEpochMs = Date.now(),
  ) {}

  list({ Delimiter, Prefix = "" }: Pick<ListObjectsV2CommandInput, "Delimiter" | "Prefix">) {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix));
    if (Delimiter === undefined) {
      const LastModified = new Date(this.writtenEpochMs);
      return { Contents: keys.sort().map((Key) => ({ Key, LastModified })) };
    }
    const folders = keys.flatMap((key) => {
      const end = key.indexOf(Delimiter, Prefix.length);
      return end < 0 ? [] : [key.slice(0, end + 1)];
    });
    return { CommonPrefixes: [...new Set(folders)].map((one) => ({ Prefix: one })) };
  }

  get({ IfMatch, Key = "", Range }: Pick<GetObjectCommandInput, "IfMatch" | "Key" | "Range">) {
    const bytes = this.objects.get(Key);
    if (bytes === undefined) throw refusal("NoSuchKey", 404);
    const etag = `"${md5(bytes)}"`;
    if (IfMatch !== undefined && IfMatch !== etag) throw refusal("PreconditionFailed", 412);
    const { sizeBytes, start, told } = objectPart(Range, bytes.length);
    const body = bytes.subarray(start, start + sizeBytes);
    return {
      ETag: etag,
      ...told,
      LastModified: new Date(this.writtenEpochMs),
      Body: Object.assign(Readable.from(body.length === 0 ? [] : [body], { objectMode: false }), {
        transformToByteArray: () => Promise.resolve(new Uint8Array(body)),
      }),
    };
  }
}
