import { crc32 } from "node:zlib";
import { haveEqualMembers, RecentValues } from "../../../values/recent-values";
import type { ObjectPartFacts } from "./object-part-facts";

/**
 * Contents of versions, kept in as little memory as millions of small ones ask for:
 *
 *     version --+                                  slab (64 KiB, outside of the JavaScript heap)
 *               +--> SlabContent { slab, start } --> [ ... | body, MD5, checksum | body, MD5, checksum | ... ]
 *     replica --+
 *
 * A version and its replica have one content between them, and so have versions of equal content that were made not long
 * one after the other. Small contents lie side by side in a slab, without objects for each; a slab is freed when nothing
 * in it is needed any more. Larger ones, and those whose facts are not of the usual form, are kept as they come.
 */

/** What a version holds, and what was computed from it. */
export interface Content {
  readonly body: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string>>;
  readonly checksumType?: "FULL_OBJECT" | "COMPOSITE";
  readonly parts?: readonly ObjectPartFacts[];
}

/** A content as it is kept. Never changed; its body is to be read only. */
export interface KeptContent extends Content {
  readonly sizeBytes: number;
}

const SLAB_BYTES = 64 * 1024;
/** Larger bodies would leave too much of a slab empty. */
const SLAB_BODY_BYTES = 4 * 1024;
const MD5_BYTES = 16;
/** A body that is a view of a buffer larger than this many times its own size is copied out of it. */
const RETAINED_MEMORY_FACTOR = 4;
/** Slots of the cache of contents; a power of two. */
const CACHE_SLOTS_COUNT = 1 << 16;

/** A content with a buffer and facts of its own. */
class OwnContent implements KeptContent {
  readonly etag: string;
  readonly checksums: Content["checksums"];
  readonly checksumType: Content["checksumType"];
  readonly parts: Content["parts"];

  constructor(
    readonly body: Buffer,
    facts: Omit<Content, "body">,
  ) {
    this.etag = facts.etag;
    this.checksums = facts.checksums;
    this.checksumType = facts.checksumType;
    this.parts = facts.parts;
  }

  get sizeBytes(): number {
    return this.body.length;
  }
}

/** Which checksum lies behind a body and its MD5. */
interface ChecksumForm {
  /** `ChecksumCRC32` and the like. */
  readonly member: string;
  readonly checksumBytes: number;
  readonly checksumType: Content["checksumType"];
}

/** A content in a slab. Everything but its place is read from there. */
class SlabContent implements KeptContent {
  readonly parts = undefined;

  constructor(
    private readonly slab: Buffer,
    private readonly start: number,
    readonly sizeBytes: number,
    private readonly form: ChecksumForm,
  ) {}

  get body(): Buffer {
    return this.slab.subarray(this.start, this.start + this.sizeBytes);
  }

  get etag(): string {
    const start = this.start + this.sizeBytes;
    return this.slab.toString("hex", start, start + MD5_BYTES);
  }

  get checksums(): Content["checksums"] {
    const { member, checksumBytes } = this.form;
    const start = this.start + this.sizeBytes + MD5_BYTES;
    return { [member]: this.slab.toString("base64", start, start + checksumBytes) };
  }

  get checksumType(): Content["checksumType"] {
    return this.form.checksumType;
  }
}

/** The content of every delete marker. */
export const NO_CONTENT: KeptContent = new OwnContent(Buffer.alloc(0), {
  etag: "",
  checksums: Object.freeze({}),
});

/** Keeps the contents of one world. */
export class ContentStore {
  private slab = Buffer.alloc(0);
  private slabUsedBytes = 0;
  private readonly forms = new RecentValues<ChecksumForm>(haveEqualMembers);
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
    // Equal bytes that were uploaded in other ways share the bytes alone.
    const kept = hasSameBytes ? new OwnContent(candidate.body, content) : this.store(content);
    this.recent[slot] = new WeakRef(kept);
    return kept;
  }

  private store(content: Content): KeptContent {
    const { body, etag } = content;
    const checksum = body.length > SLAB_BODY_BYTES ? undefined : this.usualChecksum(content);
    if (checksum === undefined) return new OwnContent(ownBuffer(body), content);
    const neededBytes = body.length + MD5_BYTES + checksum.bytes.length;
    if (this.slabUsedBytes + neededBytes > this.slab.length) {
      this.slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.slabUsedBytes = 0;
    }
    const { slab, slabUsedBytes: start } = this;
    body.copy(slab, start);
    slab.write(etag, start + body.length, "hex");
    checksum.bytes.copy(slab, start + body.length + MD5_BYTES);
    this.slabUsedBytes += neededBytes;
    return new SlabContent(slab, start, body.length, checksum.form);
  }

  /** The one checksum of a content that was put in one piece, in bytes; undefined where the facts are of another form. */
  private usualChecksum(content: Content): { form: ChecksumForm; bytes: Buffer } | undefined {
    const { etag, checksums, checksumType, parts } = content;
    const [only, ...others] = Object.entries(checksums);
    if (only === undefined || others.length > 0 || parts !== undefined) return undefined;
    const [member, value] = only;
    const bytes = Buffer.from(value, "base64");
    if (!MD5_HEX.test(etag) || bytes.toString("base64") !== value) return undefined;
    return {
      form: this.forms.shared({ member, checksumBytes: bytes.length, checksumType }),
      bytes,
    };
  }
}

const MD5_HEX = /^[0-9a-f]{32}$/;

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
