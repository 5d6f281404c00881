import { crc32 } from "node:zlib";
import type { World } from "../../world";
import { noSuchBucket } from "./errors";
import type { Bucket, ObjectChange } from "./model";

const VERSION_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
const VERSION_ID_LENGTH = 32;

/** Slots of the cache of bodies; a power of two. */
const BODY_SLOTS_COUNT = 1 << 16;

/** A body that is a view of a buffer larger than this many times its own size is copied out of it. */
const RETAINED_MEMORY_FACTOR = 4;

/** The buckets of one world. Bucket names are unique over all accounts, as in an AWS partition. */
export class S3State {
  private readonly bucketsByName = new Map<string, Bucket>();
  private readonly listeners: ((change: ObjectChange) => void)[] = [];
  /** Recently stored bodies by checksum. Weak, so that a deleted version gives its memory back. */
  private readonly bodies = new Array<WeakRef<Buffer> | undefined>(BODY_SLOTS_COUNT);
  private sequence = 0;

  constructor(private readonly world: World) {}

  /** @throws AwsError `NoSuchBucket` */
  bucket(name: string): Bucket {
    const bucket = this.bucketsByName.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  }

  findBucket(name: string): Bucket | undefined {
    return this.bucketsByName.get(name);
  }

  /** The buckets of an account in the order that ListBuckets gives: by name. */
  bucketsOf(accountId: string): readonly Bucket[] {
    return [...this.bucketsByName.values()]
      .filter((bucket) => bucket.accountId === accountId)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** The caller has made sure that the name is free. */
  addBucket(bucket: Bucket): void {
    if (this.bucketsByName.has(bucket.name)) throw new Error(`Bucket ${bucket.name} exists twice.`);
    this.bucketsByName.set(bucket.name, bucket);
  }

  removeBucket(name: string): void {
    this.bucketsByName.delete(name);
  }

  /** Listeners run in the order in which they came, before the request is answered. */
  onChange(listener: (change: ObjectChange) => void): void {
    this.listeners.push(listener);
  }

  emitChange(change: ObjectChange): void {
    for (const listener of this.listeners) listener(change);
  }

  /** 32 characters, as AWS's version ids are. */
  nextVersionId(): string {
    return this.world.random.string(VERSION_ID_LENGTH, VERSION_ID_ALPHABET);
  }

  nextSequence(): number {
    return ++this.sequence;
  }

  /**
   * A buffer of the same content, shared with other versions where one was stored not long ago. The checksum only
   * finds a candidate, bytes are compared; a candidate of the same slot and other content is given up. So sharing is
   * an economy that may miss, never a mistake.
   */
  sharedBody(body: Buffer): Buffer {
    const slot = (crc32(body) ^ body.length) & (BODY_SLOTS_COUNT - 1);
    const candidate = this.bodies[slot]?.deref();
    if (candidate !== undefined && candidate.equals(body)) return candidate;
    // A small slice of a large network buffer would keep all of it alive.
    const retainsTooMuch = body.buffer.byteLength > RETAINED_MEMORY_FACTOR * body.length;
    const kept = retainsTooMuch ? Buffer.from(body) : body;
    this.bodies[slot] = new WeakRef(kept);
    return kept;
  }
}
