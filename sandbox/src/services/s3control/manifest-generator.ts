import { gzipSync } from "node:zlib";
import type { PutObjectOutput, ReplicationConfiguration } from "@aws-sdk/client-s3";
import type {
  S3GeneratedManifestDescriptor,
  S3JobManifestGenerator,
  S3ManifestOutputLocation,
} from "@aws-sdk/client-s3-control";
import { isAwsError } from "../../world/aws-error";
import { bucketName } from "../s3/bucket/bucket-arn";
import type { ServiceSession } from "../s3/access/service-session";
import type { Bucket, ObjectVersion } from "../s3/store/model";
import { md5Hex } from "../../values/md5";
import { quotedCsvLine } from "../../values/csv-line";
import type { Job } from "./job";
import { operationOfJob } from "./job-operations";
import { generatorForbidden, JobFailed, jobFailures } from "./job-failures";
import { encodeManifestKey } from "../../values/manifest-key";
import { passesFilter } from "./manifest-filter";
import { readManifestObject } from "./manifest-object";
import { PackedLines } from "../../values/packed-lines";
import { TaskList } from "./task-list";

/** Keys looked at in one turn of the event loop. */
const KEYS_PER_SLICE = 1000;
/** Lines of one data file of a manifest, which is compressed in one turn. */
const LINES_PER_FILE = 25_000;

/** Columns of the generated manifest. Which ones AWS writes is not documented: these are inventory's (assumed). */
const FILE_SCHEMA =
  "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass, ReplicationStatus";

interface DataFile {
  readonly key: string;
  readonly size: number;
  readonly MD5checksum: string;
}

/**
 * Lists the versions that a generated manifest asks for, slice by slice, and writes the list where the job wants it
 * kept. Works under the job's role.
 */
export class ManifestGeneration {
  readonly tasks = new TaskList();
  private readonly source: Bucket;
  private readonly configuration?: ReplicationConfiguration;
  private readonly output?: {
    readonly location: S3ManifestOutputLocation;
    readonly bucket: Bucket;
  };
  private readonly folder: string;
  private readonly files: DataFile[] = [];
  private readonly lines = new PackedLines();
  private lastKey?: string;

  /** @throws JobFailed when bucket, configuration, rights or place of the manifest are not as they must be */
  constructor(
    private readonly session: ServiceSession,
    private readonly job: Job,
    private readonly generator: S3JobManifestGenerator,
  ) {
    this.source = this.findSource();
    this.configuration = this.source.replication;
    if (this.configuration === undefined && this.asksForReplication) {
      throw new JobFailed(jobFailures.replicationConfigMissing);
    }
    this.output = this.findOutput();
    const prefix = this.output?.location.ManifestPrefix;
    this.folder = `${prefix === undefined ? "" : `${prefix}/`}${this.source.name}/job-${job.jobId}`;
  }

  /**
   * Looks at some more keys. True when all are done.
   * @throws JobFailed when a part of the manifest cannot be written
   */
  advance(): boolean {
    const start = this.lastKey === undefined ? undefined : { key: this.lastKey, after: true };
    let keysCount = 0;
    for (const [key, versions] of this.source.objects.walk(start)) {
      versions.forEach((version, index) => this.consider(version, index === 0));
      this.lastKey = key;
      if (++keysCount === KEYS_PER_SLICE) return false;
    }
    return true;
  }

  /**
   * Writes what is left and the manifest itself.
   * @returns undefined when the job does not ask to keep its manifest
   * @throws JobFailed when nothing was found, or the manifest cannot be written or read back
   */
  finish(): S3GeneratedManifestDescriptor | undefined {
    if (this.tasks.addedCount === 0) throw new JobFailed(jobFailures.noKeys);
    if (this.output === undefined) return undefined;
    if (this.lines.count > 0) this.writeDataFile();
    const manifest = JSON.stringify({
      sourceBucket: this.source.name,
      destinationBucket: this.output.bucket.arn,
      version: "2016-11-30",
      creationTimestamp: String(this.session.world.clock.nowEpochMs()),
      fileFormat: "CSV",
      fileSchema: FILE_SCHEMA,
      files: this.files,
    });
    const key = `${this.folder}/manifest.json`;
    const etag = this.put(key, Buffer.from(manifest), "application/json");
    this.put(`${this.folder}/manifest.checksum`, Buffer.from(md5Hex(manifest)), "text/plain");
    // S3 reads the manifest back when the job runs.
    readManifestObject(this.session, { bucketName: this.output.bucket.name, key });
    return {
      Format: this.output.location.ManifestFormat,
      Location: { ObjectArn: `${this.output.bucket.arn}/${key}`, ETag: etag },
    };
  }

  private findSource(): Bucket {
    const { world } = this.session;
    const { SourceBucket, ExpectedBucketOwner } = this.generator;
    const source = world.s3.findBucket(bucketName(SourceBucket ?? ""));
    if (source === undefined) throw new JobFailed(jobFailures.sourceBucketNotFound);
    if (source.region !== this.job.region) {
      throw new JobFailed(jobFailures.sourceBucketInvalidRegion);
    }
    if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== source.accountId) {
      throw new JobFailed(jobFailures.bucketOwnerMismatch);
    }
    const actions = ["s3:PutInventoryConfiguration"];
    if (this.asksForReplication) actions.unshift("s3:GetReplicationConfiguration");
    for (const action of actions) {
      if (!this.session.allows({ action, bucket: source })) {
        throw new JobFailed(generatorForbidden(action));
      }
    }
    return source;
  }

  private findOutput(): typeof this.output {
    const location = this.generator.ManifestOutputLocation;
    if (this.generator.EnableManifestOutput !== true || location === undefined) return undefined;
    const bucket = this.session.world.s3.findBucket(bucketName(location.Bucket ?? ""));
    // The manifest's bucket must be in the Region of the source.
    if (bucket === undefined || bucket.region !== this.source.region) {
      throw new JobFailed(jobFailures.manifestNotWritten);
    }
    const expectedOwner = location.ExpectedManifestBucketOwner;
    if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) {
      throw new JobFailed(jobFailures.bucketOwnerMismatch);
    }
    return { location, bucket };
  }

  /** The source's replication configuration matters. */
  private get asksForReplication(): boolean {
    const isReplication = this.job.operationName === "S3ReplicateObject";
    return isReplication || this.generator.Filter?.EligibleForReplication === true;
  }

  private consider(version: ObjectVersion, isLatest: boolean): void {
    if (!isLatest && operationOfJob(this.job).listedVersions === "current") return;
    const nowEpochMs = this.session.world.clock.nowEpochMs();
    const filter = this.generator.Filter ?? {};
    if (!passesFilter(version, filter, this.configuration, nowEpochMs)) return;
    const keyText = encodeManifestKey(version.key);
    const { key, versionId } = version;
    this.tasks.add({ bucketName: this.source.name, key, keyText, versionId });
    if (this.output === undefined) return;
    this.lines.add(
      quotedCsvLine([
        this.source.name,
        keyText,
        versionId,
        String(isLatest),
        "false",
        String(version.sizeBytes),
        new Date(version.lastModifiedEpochMs).toISOString(),
        version.etag,
        version.storageClass,
        version.replicationStatus ?? "",
      ]),
    );
    if (this.lines.count === LINES_PER_FILE) this.writeDataFile();
  }

  private writeDataFile(): void {
    const body = gzipSync(this.lines.take(), { level: 1 });
    const key = `${this.folder}/data/${this.session.world.random.uuid()}.csv.gz`;
    this.put(key, body, "application/gzip");
    this.files.push({ key, size: body.length, MD5checksum: md5Hex(body) });
  }

  /** @returns the ETag without quotes */
  private put(key: string, body: Buffer, contentType: string): string {
    const { world, principal } = this.session;
    const { output } = this;
    if (output === undefined) throw new Error("A manifest that is not kept has no place.");
    const { location, bucket } = output;
    const encryption = location.ManifestEncryption;
    try {
      const answer = world.invoke({
        service: "s3",
        operation: "PutObject",
        input: {
          Bucket: bucket.name,
          Key: key,
          Body: body,
          ContentType: contentType,
          ...(encryption?.SSES3 === undefined ? {} : { ServerSideEncryption: "AES256" }),
          ...(encryption?.SSEKMS === undefined
            ? {}
            : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: encryption.SSEKMS.KeyId }),
        },
        principal,
        region: bucket.region,
      }) as PutObjectOutput;
      return (answer.ETag ?? "").replaceAll('"', "");
    } catch (error) {
      if (isAwsError(error)) throw new JobFailed(jobFailures.manifestNotWritten);
      throw error;
    }
  }
}
