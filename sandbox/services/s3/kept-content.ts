import { crc32 } from "node:zlib";
import { haveEqualMembers } from "../../recent-values";
import type { ObjectPartFacts } from "./model";

/**
 * Contents of versions, kept in as little memory as millions of small ones ask for:
 *
 *     version --+                                   slab (64 KiB, outside of the JavaScript heap)
 *               +--> KeptContent { slab, start } --> [ ... | body | body | body | ... ]
 *     replica --+
 *
 * A version and its replica have one content between them, and so have versions of equal content that were made not long
 * one after the other. Small bodies lie side by side in a slab, without a `Buffer` object for each; a slab is freed when
 * nothing in it is needed any more. Larger bodies have a buffer of their own.
 */

/** The content of a version and what is computed from it. */
export interface Content {
  readonly body: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string>>;
  readonly checksumType?: "FULL_OBJECT" | "COMPOSITE";
  readonly parts?: readonly ObjectPartFacts[];
}

const SLAB_BYTES = 64 * 1024;
/** Larger bodies would leave too much of a slab empty. */
const SLAB_BODY_BYTES = 4 * 1024;
/** A body that is a view of a buffer larger than this many times its own size is copied out of it. */
const RETAINED_MEMORY_FACTOR = 4;
/** Slots of the cache of contents; a power of two. */
const CACHE_SLOTS_COUNT = 1 << 16;

/** A content as it is kept. Never changed. */
export class KeptContent implements Content {
  constructor(
    private readonly slab: Buffer,
    private readonly start: number,
    readonly sizeBytes: number,
    readonly etag: string,
    readonly checksums: Readonly<Record<string, string>>,
    readonly checksumType: Content["checksumType"],
    readonly parts: Content["parts"],
  ) {}

  /** A view, not a copy: to be read only. */
  get body(): Buffer {
    if (this.sizeBytes === this.slab.length) return this.slab;
    return this.slab.subarray(this.start, this.start + this.sizeBytes);
  }

  /** The same bytes with other facts: for equal bodies that were uploaded in other ways. */
  withFacts(content: Content): KeptContent {
    const { etag, checksums, checksumType, parts } = content;
    return new KeptContent(
      this.slab,
      this.start,
      this.sizeBytes,
      etag,
      checksums,
      checksumType,
      parts,
    );
  }
}

/** The content of every delete marker. */
export const NO_CONTENT = new KeptContent(
  Buffer.alloc(0),
  0,
  0,
  "",
  Object.freeze({}),
  undefined,
  undefined,
);

/** Keeps the contents of one world. */
export class ContentStore {
  private slab = Buffer.alloc(0);
  private slabUsedBytes = 0;
  /** Recently kept contents by the checksum of their bodies. Weak, so that deleted versions give their memory back. */
  private readonly recent = new Array<WeakRef<KeptContent> | undefined>(CACHE_SLOTS_COUNT);

  /**
   * Keeps a content, shared with other versions where an equal one was kept not long ago. The checksum only finds a
   * candidate, bytes are compared; a candidate of the same slot and other bytes is given up. So sharing is an economy
   * that may miss, never a mistake.
   */
  keep(content: Content): KeptContent {
    const { body } = content;
    const slot = (crc32(body) ^ body.length) & (CACHE_SLOTS_COUNT - 1);
    const candidate = this.recent[slot]?.deref();
    const hasSameBytes =
      candidate !== undefined && candidate.sizeBytes === body.length && candidate.body.equals(body);
    if (hasSameBytes && haveSameFacts(candidate, content)) return candidate;
    const kept = hasSameBytes ? candidate.withFacts(content) : this.store(content);
    this.recent[slot] = new WeakRef(kept);
    return kept;
  }

  private store({ body, etag, checksums, checksumType, parts }: Content): KeptContent {
    const sizeBytes = body.length;
    if (sizeBytes > SLAB_BODY_BYTES) {
      return new KeptContent(ownBuffer(body), 0, sizeBytes, etag, checksums, checksumType, parts);
    }
    if (this.slabUsedBytes + sizeBytes > this.slab.length) {
      this.slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.slabUsedBytes = 0;
    }
    const start = this.slabUsedBytes;
    body.copy(this.slab, start);
    this.slabUsedBytes += sizeBytes;
    return new KeptContent(this.slab, start, sizeBytes, etag, checksums, checksumType, parts);
  }
}

/** The same bytes, copied where they are a small slice of a large network buffer, which would all be kept alive. */
export function ownBuffer(body: Buffer): Buffer {
  const retainsTooMuch = body.buffer.byteLength > RETAINED_MEMORY_FACTOR * body.length;
  return retainsTooMuch ? Buffer.from(body) : body;
}

function haveSameFacts(left: Content, right: Content): boolean {
  return (
    left.etag === right.etag &&
    left.checksumType === right.checksumType &&
    left.parts === right.parts &&
    haveEqualMembers(left.checksums, right.checksums)
  );
}
