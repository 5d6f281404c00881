/** The manifest of an inventory: what is taken of it, and every way in which it is refused. */

import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import { columnsIn, COLUMNS, namesInSchema } from "../../automation/inventory/columns";
import { dateOfFolder, datedFolders, parseManifest } from "../../automation/inventory/manifest";

const PLACE = {
  listedBucket: "listed",
  bucketName: "operations",
  folder: "inventory/listed/lockstep-vault/",
};
const MD5 = "0123456789abcdef0123456789ABCDEF";
const CSV_SCHEMA =
  "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass, IsMultipartUploaded, " +
  "ReplicationStatus, EncryptionStatus, ObjectLockRetainUntilDate, ObjectLockMode, ObjectLockLegalHoldStatus, ChecksumAlgorithm";
/** As a manifest has it that AWS delivered. */
const PARQUET_SCHEMA =
  "message s3.inventory {  required binary bucket (STRING);  required binary key (STRING);  optional binary version_id (STRING);  " +
  "optional boolean is_latest;  optional boolean is_delete_marker;  optional int64 size;  optional int64 last_modified_date " +
  "(TIMESTAMP(MILLIS,true));  optional binary e_tag (STRING);  optional binary storage_class (STRING);  optional binary " +
  "replication_status (STRING);  optional binary encryption_status (STRING);  optional int64 object_lock_retain_until_date " +
  "(TIMESTAMP(MILLIS,true));  optional binary object_lock_mode (STRING);  optional binary object_lock_legal_hold_status (STRING);}";

const file = (name: string) => ({
  key: `${PLACE.folder}data/${name}`,
  size: 10,
  MD5checksum: MD5,
});

const manifest = (changes: object = {}): string =>
  JSON.stringify({
    sourceBucket: "listed",
    destinationBucket: "arn:aws:s3:::operations",
    version: "2016-11-30",
    creationTimestamp: "1514944800000",
    fileFormat: "CSV",
    fileSchema: CSV_SCHEMA,
    files: [file("a.csv.gz"), file("b.csv.gz")],
    ...changes,
  });

function refusalOf(text: string): string {
  try {
    parseManifest("the manifest", text, PLACE);
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    expect(error.code).to.equal("InventoryUnreadable");
    expect(error.message).to.contain("the manifest ");
    return error.message;
  }
  return "";
}

describe("the manifest of an inventory", () => {
  it("tells when it was made, its files and its columns, in CSV and in Parquet", () => {
    const csv = parseManifest("m", manifest(), PLACE);
    expect(csv).to.deep.include({ createdEpochMs: 1_514_944_800_000, format: "CSV" });
    expect(csv.files).to.deep.equal([
      { key: `${PLACE.folder}data/a.csv.gz`, sizeBytes: 10, md5: MD5.toLowerCase() },
      { key: `${PLACE.folder}data/b.csv.gz`, sizeBytes: 10, md5: MD5.toLowerCase() },
    ]);
    expect(csv.columnNames).to.have.length(16);
    expect(csv.columns).to.deep.include({
      bucket: "Bucket",
      etag: "ETag",
      lockMode: "ObjectLockMode",
    });
    const parquet = parseManifest(
      "m",
      manifest({ fileFormat: "Parquet", fileSchema: PARQUET_SCHEMA }),
      PLACE,
    );
    expect(parquet.columns).to.deep.include({
      bucket: "bucket",
      etag: "e_tag",
      versionId: "version_id",
      retainUntil: "object_lock_retain_until_date",
    });
    expect(parquet.columns).to.not.have.property("eventHold");
  });

  it("is that of an empty bucket without files", () => {
    expect(parseManifest("m", manifest({ files: [] }), PLACE).files).to.have.length(0);
  });

  it("is refused for everything that it must not say", () => {
    for (const [changes, words] of [
      [{ sourceBucket: "other" }, /is of the bucket other, not of listed/],
      [{ destinationBucket: "arn:aws:s3:::elsewhere" }, /was made for arn:aws:s3:::elsewhere/],
      [{ fileFormat: "ORC" }, /is no manifest of an inventory in CSV or Parquet/],
      [{ creationTimestamp: "yesterday" }, /is no manifest/],
      [{ files: [{ ...file("a"), MD5checksum: "short" }] }, /is no manifest/],
      [{ files: [{ ...file("a"), size: -1 }] }, /is no manifest/],
      [{ files: [file("a"), file("b"), file("a")] }, /names .*data\/a twice/],
      [{ files: [{ ...file("a"), key: "inventory/other/data/a" }] }, /none of its files/],
      [{ fileSchema: `${CSV_SCHEMA}, Key` }, /names a column twice/],
      [{ fileSchema: 'Bucket, "Key"' }, /has a schema that is none/],
      [{ fileSchema: `"${CSV_SCHEMA}` }, /has a schema that is none/],
      [{ fileSchema: `${CSV_SCHEMA}"` }, /has a schema that is none/],
      [{ creationTimestamp: " 1514944800000" }, /is no manifest/],
      [{ creationTimestamp: "1514944800000ms" }, /is no manifest/],
      [{ files: [{ ...file("a"), MD5checksum: `0${MD5}` }] }, /is no manifest/],
      [{ files: [{ ...file("a"), MD5checksum: `${MD5}-2` }] }, /is no manifest/],
      [{ fileSchema: "Bucket, Key, Size" }, /lacks VersionId, IsDeleteMarker, .*ObjectLockMode/],
    ] as const) {
      expect(refusalOf(manifest(changes)), JSON.stringify(changes)).to.match(words);
    }
    expect(refusalOf("{")).to.match(/is no manifest/);
  });

  it("names a hundred thousand files at the most", () => {
    const files = Array.from({ length: 100_000 }, (_, index) => file(String(index)));
    expect(parseManifest("m", manifest({ files }), PLACE).files).to.have.length(100_000);
    expect(refusalOf(manifest({ files: [...files, file("more")] }))).to.match(/more than 100000/);
  });

  it("has the columns of Parquet however they are set apart", () => {
    const spaced = PARQUET_SCHEMA.replaceAll(" ", "\n\t ");
    expect(namesInSchema("Parquet", spaced)).to.deep.equal(
      namesInSchema("Parquet", PARQUET_SCHEMA),
    );
    expect(namesInSchema("Parquet", spaced)).to.have.length(14);
  });

  it("needs every column but those of event holds and of the kind of checksum", () => {
    const names = namesInSchema("CSV", CSV_SCHEMA);
    expect(columnsIn(names).lacking).to.deep.equal([]);
    for (const name of Object.values(COLUMNS)) {
      if (!names.includes(name) || name === COLUMNS.checksumAlgorithm) continue;
      expect(columnsIn(names.filter((one) => one !== name)).lacking).to.deep.equal([name]);
    }
    const { found } = columnsIn([...names, "ObjectLockEventHoldStatus"]);
    expect(found.eventHold).to.equal("ObjectLockEventHoldStatus");
  });

  it("is looked for in the dated folders alone, the newest first", () => {
    const { folder } = PLACE;
    const found = datedFolders(
      ["2016-11-06T21-32Z/", "data/", "hive/", "2017-01-01T00-00Z/", "2017-01-01T00-00Z-2/"].map(
        (name) => folder + name,
      ),
      folder,
    );
    expect(found).to.deep.equal([`${folder}2017-01-01T00-00Z/`, `${folder}2016-11-06T21-32Z/`]);
    expect(datedFolders(["elsewhere/2017-01-01T00-00Z/"], folder)).to.deep.equal([]);
    expect(datedFolders([`${folder}x2017-01-01T00-00Z/`], folder)).to.deep.equal([]);
    const days = ["2017-01-02T00-00Z/", "2017-01-01T00-00Z/", "2017-01-03T00-00Z/"];
    expect(
      datedFolders(
        days.map((day) => folder + day),
        folder,
      ),
    ).to.deep.equal(["03", "02", "01"].map((day) => `${folder}2017-01-${day}T00-00Z/`));
  });
});

describe("the date of a folder of a manifest", () => {
  it("is that of its name, in UTC", () => {
    const folder = `${PLACE.folder}2026-11-30T01-45Z/`;
    expect(dateOfFolder(folder)).to.equal(Date.UTC(2026, 10, 30, 1, 45));
    for (const name of [
      "data/",
      "2026-11-30T01-45Z",
      "2026-11-30T01-4xZ/",
      "26-11-30T01-45Z/",
      "2026-11-30T01-45Z/data/",
    ]) {
      expect(dateOfFolder(`${PLACE.folder}${name}`), name).to.be.NaN;
    }
  });
});
