import type { Foundation } from "../../../world/foundation";
import { Channel } from "../../../world/channel";
import { noSuchBucket } from "../errors";
import type { S3Change } from "./changes";
import { ContentStore } from "./kept-content";
import type { Bucket, PublicAccessBlock } from "./model";
import { newVersionId } from "./version-id";

/** The buckets of one world. Bucket names are unique over all accounts, as in an AWS partition. */
export class S3State {
  readonly contents = new ContentStore();
  /** All that happens in buckets, for whoever listens. */
  readonly changes = new Channel<S3Change>();
  /** What whole accounts block, by account id, beside what their buckets do. */
  readonly accountPublicAccessBlocks = new Map<string, PublicAccessBlock>();
  private readonly bucketsByName = new Map<string, Bucket>();
  private sequence = 0;

  constructor(private readonly world: Pick<Foundation, "random">) {}

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

  nextVersionId(): string {
    return newVersionId(this.world.random);
  }

  nextSequence(): number {
    return ++this.sequence;
  }
}
