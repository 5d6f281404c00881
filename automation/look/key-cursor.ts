import type { S3Client } from "@aws-sdk/client-s3";
import { LockstepError } from "../errors";
import { compareKeys } from "../proof/key-order";
import { listPages, type ListedVersion } from "../proof/source-versions";

/** A listing that is gone through key by key, in the order of S3. No more than a page of it is in memory. */
export class KeyCursor {
  #page: readonly ListedVersion[] = [];
  #index = 0;
  #answeredEpochMs: number | undefined;
  /** Of the very first page, which may be an empty one. */
  #begin: { readonly answeredEpochMs: number | undefined } | undefined;

  private readonly pages: AsyncIterator<readonly ListedVersion[]>;

  private constructor(
    s3: S3Client,
    private readonly bucket: string,
    signal?: AbortSignal,
    prefix?: string,
  ) {
    this.pages = listPages(s3, bucket, signal, prefix, (answeredEpochMs) => {
      this.#begin ??= { answeredEpochMs };
      this.#answeredEpochMs = answeredEpochMs ?? this.#answeredEpochMs;
    });
  }

  /** Begins a listing of a bucket, or of the keys with a prefix. */
  static async begin(
    s3: S3Client,
    bucket: string,
    signal?: AbortSignal,
    prefix?: string,
  ): Promise<KeyCursor> {
    const cursor = new KeyCursor(s3, bucket, signal, prefix);
    await cursor.#turn();
    return cursor;
  }

  /** AWS's own time, when it answered with the last page. Milliseconds; undefined when something on the way took it out. */
  get answeredEpochMs(): number | undefined {
    return this.#answeredEpochMs;
  }

  /** The same of its first page: whatever was written later may be on none of them. */
  get begunEpochMs(): number | undefined {
    return this.#begin?.answeredEpochMs;
  }

  /** The key that is come to next; undefined at the end. */
  get key(): string | undefined {
    return this.#page[this.#index]?.key;
  }

  /** Goes through what is before a key; with undefined through all that is left. */
  before(key: string | undefined, visit: (version: ListedVersion) => void): Promise<void> {
    return this.#while((found) => key === undefined || compareKeys(found, key) < 0, visit);
  }

  /** Goes through what there is of a key, if it is come to next: the newest first. */
  of(key: string, visit: (version: ListedVersion) => void): Promise<void> {
    return this.#while((found) => found === key, visit);
  }

  async #while(
    isMeant: (key: string) => boolean,
    visit: (version: ListedVersion) => void,
  ): Promise<void> {
    for (;;) {
      const found = this.#page[this.#index];
      if (found === undefined || !isMeant(found.key)) return;
      this.#index++;
      if (this.#index === this.#page.length) await this.#turn();
      this.#requireAfter(found.key);
      visit(found);
    }
  }

  /** On to the next page. */
  async #turn(): Promise<void> {
    const { done, value } = await this.pages.next();
    this.#page = done === true ? [] : value;
    this.#index = 0;
  }

  /** @throws LockstepError `ListingOutOfOrder`: what is held against each other by order would be held against the wrong one */
  #requireAfter(passed: string): void {
    const { key } = this;
    if (key === undefined || compareKeys(passed, key) <= 0) return;
    const message = `The listing of ${this.bucket} has ${JSON.stringify(key)} after ${JSON.stringify(passed)}.`;
    throw new LockstepError("ListingOutOfOrder", message);
  }
}
