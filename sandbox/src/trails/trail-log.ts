import { gzipSync } from "node:zlib";
import type { Trail } from "../services/cloudtrail/model";
import { openTrailBucket } from "../services/cloudtrail/trail-bucket";
import { DeliveryRefused } from "../services/s3/object/service-delivery";
import type { Random } from "../values/random";
import type { World } from "../world/world";
import { DIGEST_ALGORITHM, signedDigest, type DeliveredLog, type DigestLink } from "./digest";
import { logFile } from "./log-file";
import type { TrailRecord } from "./record";

/** Records of one file, which is compressed in one turn. AWS begins the next one by size, which it does not tell. */
const RECORDS_PER_FILE = 10_000;
/** "CloudTrail will attempt to redeliver the log files to your S3 bucket for 30 days." */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** The digests of a time in which a trail logged and had its files validated without a pause. */
interface DigestChain {
  /** From where the next digest tells. */
  startEpochMs: number;
  files: DeliveredLog[];
  previous?: DigestLink;
}

/** What a trail records of one Region, and what of it has been delivered. */
export class TrailLog {
  private records: TrailRecord[] = [];
  private chain: DigestChain | undefined;

  constructor(
    private readonly world: World,
    private readonly random: Random,
    readonly trail: Trail,
    readonly region: string,
  ) {}

  get hasRecords(): boolean {
    return this.records.length > 0;
  }

  get hasChain(): boolean {
    return this.chain !== undefined;
  }

  add(record: TrailRecord): void {
    this.records.push(record);
  }

  beginChain(startEpochMs: number): void {
    this.chain = { startEpochMs, files: [] };
  }

  endChain(): void {
    this.chain = undefined;
  }

  /** @returns the keys of the files that arrived; records of those that did not are kept for the next time */
  deliverRecords(nowEpochMs: number): readonly string[] {
    const { delivery } = this.trail;
    const oldestTime = new Date(nowEpochMs - KEPT_MS).toISOString();
    this.records = this.records.filter(({ eventTime }) => eventTime >= oldestTime);
    const keys: string[] = [];
    while (this.records.length > 0) {
      const some = this.records.slice(0, RECORDS_PER_FILE);
      const file = logFile(this.trail, this.region, some, nowEpochMs, this.random);
      delivery.attemptEpochMs = nowEpochMs;
      delivery.logError = this.put(file.key, file.text, {});
      if (delivery.logError !== undefined) return keys;
      delivery.logEpochMs = nowEpochMs;
      this.records.splice(0, some.length);
      if (this.trail.validatesLogFiles) this.chain?.files.push(file.listed);
      keys.push(file.key);
    }
    return keys;
  }

  /**
   * The digest of what was delivered since the one before it. Where it cannot be delivered the next one tells of this hour too
   * (assumed).
   * @returns its key, when it arrived
   */
  deliverDigest(endEpochMs: number): string | undefined {
    const { chain, region, trail, world } = this;
    if (chain === undefined) return undefined;
    const span = { startEpochMs: chain.startEpochMs, endEpochMs };
    const signingKey = world.cloudTrail.digestKeys.keyOf(region);
    const digest = signedDigest(trail, region, span, chain.files, chain.previous, signingKey);
    trail.delivery.digestError = this.put(digest.key, digest.text, {
      signature: digest.signature,
      "signature-algorithm": DIGEST_ALGORITHM,
    });
    if (trail.delivery.digestError !== undefined) return undefined;
    trail.delivery.digestEpochMs = endEpochMs;
    this.chain = { startEpochMs: endEpochMs, files: [], previous: digest.link };
    return digest.key;
  }

  /** @returns the code of the refusal, when there was one */
  private put(
    key: string,
    text: string,
    userMetadata: Readonly<Record<string, string>>,
  ): string | undefined {
    const file = { contentType: "application/json", contentEncoding: "gzip", userMetadata };
    try {
      openTrailBucket(this.world, this.trail).put(key, gzipSync(text), file);
      return undefined;
    } catch (error) {
      if (error instanceof DeliveryRefused) return error.code;
      throw error;
    }
  }
}
