import type { CheckedInventory, InventoryListFormat } from "../services/s3/bucket/inventory-rules";
import { DeliveryRefused, type ServiceDelivery } from "../services/s3/object/service-delivery";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import { md5Hex } from "../values/md5";
import type { World } from "../world/world";
import { columnsOf } from "./columns";
import type { InventoryColumn } from "./columns";
import { openDestination } from "./destination";
import { csvFormat } from "./file-format";
import type { InventoryFile, InventoryFileFormat } from "./file-format";
import { parquetFormat } from "./parquet-format";

const FORMATS: Readonly<Record<InventoryListFormat, InventoryFileFormat>> = {
  CSV: csvFormat,
  Parquet: parquetFormat,
};

/** Keys looked at in one turn of the event loop. */
const KEYS_PER_SLICE = 1000;
/** Rows of one data file, which is compressed in one turn. AWS does not say where it begins the next one. */
const ROWS_PER_FILE = 25_000;

/** A data file as the manifest lists it. */
interface DeliveredFile {
  readonly key: string;
  readonly size: number;
  readonly MD5checksum: string;
}

/**
 * Makes one list and delivers it, slice by slice. Where S3 is not let in, nothing arrives and nobody is told, as on AWS.
 * Objects that come or go meanwhile may be in it or not: a list is a rolling snapshot on AWS as well.
 */
export function* deliverInventory(
  world: World,
  source: Bucket,
  configuration: CheckedInventory,
): Generator<void, void> {
  try {
    yield* new Delivery(world, source, configuration).run();
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
  }
}

class Delivery {
  private readonly startEpochMs: number;
  private readonly destination: ServiceDelivery;
  private readonly format: InventoryFileFormat;
  private readonly columns: readonly InventoryColumn[];
  private readonly folder: string;
  private readonly files: DeliveredFile[] = [];
  private file: InventoryFile;

  /** @throws DeliveryRefused */
  constructor(
    private readonly world: World,
    private readonly source: Bucket,
    private readonly configuration: CheckedInventory,
  ) {
    const settings = configuration.Destination.S3BucketDestination;
    this.startEpochMs = world.clock.nowEpochMs();
    this.destination = openDestination(world, source, settings);
    this.format = FORMATS[settings.Format];
    this.columns = columnsOf(
      configuration.IncludedObjectVersions ?? "Current",
      configuration.OptionalFields ?? [],
    );
    const prefix = settings.Prefix ? `${settings.Prefix}/` : "";
    this.folder = `${prefix}${source.name}/${configuration.Id ?? ""}`;
    this.file = this.format.newFile(this.columns);
  }

  *run(): Generator<void, void> {
    // Asked before the work, so that a bucket that S3 may not write to costs nothing.
    if (!this.destination.allowsPut(this.manifestKey("manifest.json"))) return;
    const prefix = this.configuration.Filter?.Prefix ?? "";
    let count = 0;
    for (const [key, versions] of this.source.objects.walk({ key: prefix })) {
      if (!key.startsWith(prefix)) break;
      versions.forEach((version, index) => this.add(version, index === 0));
      if (++count % KEYS_PER_SLICE === 0) yield;
    }
    if (this.file.rowsCount > 0) this.finishFile();
    this.putManifests();
  }

  private add(version: ObjectVersion, isLatest: boolean): void {
    const isCurrentOnly = this.configuration.IncludedObjectVersions === "Current";
    if (isCurrentOnly && (!isLatest || version.isDeleteMarker)) return;
    this.file.add({ world: this.world, bucket: this.source, version, isLatest });
    if (this.file.rowsCount === ROWS_PER_FILE) this.finishFile();
  }

  private finishFile(): void {
    const body = this.file.finish();
    this.file = this.format.newFile(this.columns);
    const key = `${this.folder}/data/${this.world.random.uuid()}${this.format.extension}`;
    this.destination.put(key, body, { contentType: this.format.contentType });
    this.files.push({ key, size: body.length, MD5checksum: md5Hex(body) });
  }

  /**
   * The checksum comes last: who waits for it, as AWS advises, finds everything else in place.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
   */
  private putManifests(): void {
    const { bucket } = this.destination;
    const manifest = JSON.stringify(
      {
        sourceBucket: this.source.name,
        destinationBucket: bucket.arn,
        version: "2016-11-30",
        creationTimestamp: String(this.startEpochMs),
        fileFormat: this.format.name,
        fileSchema: this.format.schema(this.columns),
        files: this.files,
      },
      undefined,
      2,
    );
    const links = this.files.map(({ key }) => `s3://${bucket.name}/${key}`).join("\n");
    const day = timestamp(this.startEpochMs).replace("T", "-").replace("Z", "");
    this.put(`${this.folder}/hive/dt=${day}/symlink.txt`, links, "text/plain");
    this.put(this.manifestKey("manifest.json"), manifest, "application/json");
    this.put(this.manifestKey("manifest.checksum"), md5Hex(manifest), "text/plain");
  }

  private manifestKey(name: string): string {
    return `${this.folder}/${timestamp(this.startEpochMs)}/${name}`;
  }

  private put(key: string, text: string, contentType: string): void {
    this.destination.put(key, Buffer.from(text), { contentType });
  }
}

/** `2016-11-06T21-32Z`: when the scan of the bucket began. */
function timestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace(":", "-")}Z`;
}
