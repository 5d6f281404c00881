import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { xxHash, type XxHashAlgorithm } from "./xxhash";

/**
 * The checksums of objects. CRC-32 and the hashes are Node's; the SDK's own CRC-32C and CRC-64/NVME
 * (`@aws-sdk/checksums`) only give their result asynchronously, which a handler cannot wait for. The XXHASH algorithms
 * need `loadXxHash` first.
 */
export type ChecksumAlgorithm =
  "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256" | "SHA512" | "MD5" | XxHashAlgorithm;

interface AlgorithmFacts {
  readonly sizeBytes: number;
  readonly compute: (body: Buffer) => Buffer;
}

/** In one call: a `Hash` object would outlive its request by many more, as it is freed only with the old generation. */
const digest = (name: string) => (body: Buffer) => hash(name, body, "buffer");

const ALGORITHMS: Readonly<Record<ChecksumAlgorithm, AlgorithmFacts>> = {
  CRC32: { sizeBytes: 4, compute: (body) => word(crc32(body)) },
  CRC32C: { sizeBytes: 4, compute: (body) => word(crc32c(body)) },
  CRC64NVME: { sizeBytes: 8, compute: crc64Nvme },
  SHA1: { sizeBytes: 20, compute: digest("sha1") },
  SHA256: { sizeBytes: 32, compute: digest("sha256") },
  SHA512: { sizeBytes: 64, compute: digest("sha512") },
  MD5: { sizeBytes: 16, compute: digest("md5") },
  XXHASH64: { sizeBytes: 8, compute: (body) => xxHash("XXHASH64", body) },
  XXHASH3: { sizeBytes: 8, compute: (body) => xxHash("XXHASH3", body) },
  XXHASH128: { sizeBytes: 16, compute: (body) => xxHash("XXHASH128", body) },
};

export const CHECKSUM_ALGORITHMS = Object.keys(ALGORITHMS) as readonly ChecksumAlgorithm[];

/** `name` as in `x-amz-checksum-algorithm`, in any case. */
export function checksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  const upper = name.toUpperCase();
  return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === upper);
}

/** Base64 of the checksum's bytes, big-endian, as S3 writes it. */
export function checksum(algorithm: ChecksumAlgorithm, body: Buffer): string {
  return ALGORITHMS[algorithm].compute(body).toString("base64");
}

/** True when `value` is base64 of as many bytes as the algorithm gives. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, "base64");
  return bytes.length === ALGORITHMS[algorithm].sizeBytes && bytes.toString("base64") === value;
}

function word(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Castagnoli's polynomial, reflected (RFC 3720, appendix B.4). */
const CRC32C_POLYNOMIAL = 0x82f63b78;

/** `tables[n][b]`: what byte `b` adds to the remainder when `n` more bytes follow it; four bytes go in one step. */
const crc32cTables = makeCrc32cTables();

function makeCrc32cTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder >>> 1) ^ (remainder & 1 ? CRC32C_POLYNOMIAL : 0);
    }
    return remainder;
  });
  const tables = [first];
  for (let distance = 1; distance < 4; distance++) {
    const before = tables[distance - 1] ?? first;
    tables.push(before.map((value) => (value >>> 8) ^ at(first, value & 0xff)));
  }
  return tables;
}

function at(table: Uint32Array, index: number): number {
  return table[index] ?? 0;
}

function crc32c(body: Buffer): number {
  const [one, two, three, four] = crc32cTables as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let remainder = 0xffffffff;
  let index = 0;
  for (const end = body.length - 3; index < end; index += 4) {
    remainder ^= body.readInt32LE(index);
    remainder =
      at(four, remainder & 0xff) ^
      at(three, (remainder >>> 8) & 0xff) ^
      at(two, (remainder >>> 16) & 0xff) ^
      at(one, remainder >>> 24);
  }
  for (; index < body.length; index++) {
    remainder = (remainder >>> 8) ^ at(one, (remainder ^ body.readUInt8(index)) & 0xff);
  }
  return ~remainder >>> 0;
}

/** The polynomial of CRC-64/NVME, reflected (NVM Express command set specification, 64 b guard). */
const CRC64_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/** As for CRC-32C, eight bytes a step; each remainder in two halves, since numbers hold 53 bits. */
const crc64Tables = makeCrc64Tables();

interface Crc64Tables {
  readonly high: readonly Uint32Array[];
  readonly low: readonly Uint32Array[];
}

function makeCrc64Tables(): Crc64Tables {
  const remainders = Array.from({ length: 256 }, (_, byte) => {
    let remainder = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder >> 1n) ^ (remainder & 1n ? CRC64_POLYNOMIAL : 0n);
    }
    return remainder;
  });
  const high: Uint32Array[] = [];
  const low: Uint32Array[] = [];
  let current = remainders;
  for (let distance = 0; distance < 8; distance++) {
    high.push(Uint32Array.from(current, (value) => Number(value >> 32n)));
    low.push(Uint32Array.from(current, (value) => Number(value & 0xffffffffn)));
    current = current.map((value) => (value >> 8n) ^ (remainders[Number(value & 0xffn)] ?? 0n));
  }
  return { high, low };
}

function crc64Nvme(body: Buffer): Buffer {
  const { high, low } = crc64Tables;
  const [h0, h1, h2, h3, h4, h5, h6, h7] = high as readonly Uint32Array[] as EightTables;
  const [l0, l1, l2, l3, l4, l5, l6, l7] = low as readonly Uint32Array[] as EightTables;
  let upper = 0xffffffff;
  let lower = 0xffffffff;
  let index = 0;
  for (const end = body.length - 7; index < end; index += 8) {
    lower ^= body.readInt32LE(index);
    upper ^= body.readInt32LE(index + 4);
    const a = lower & 0xff;
    const b = (lower >>> 8) & 0xff;
    const c = (lower >>> 16) & 0xff;
    const d = lower >>> 24;
    const e = upper & 0xff;
    const f = (upper >>> 8) & 0xff;
    const g = (upper >>> 16) & 0xff;
    const h = upper >>> 24;
    upper =
      at(h7, a) ^ at(h6, b) ^ at(h5, c) ^ at(h4, d) ^ at(h3, e) ^ at(h2, f) ^ at(h1, g) ^ at(h0, h);
    lower =
      at(l7, a) ^ at(l6, b) ^ at(l5, c) ^ at(l4, d) ^ at(l3, e) ^ at(l2, f) ^ at(l1, g) ^ at(l0, h);
  }
  for (; index < body.length; index++) {
    const byte = (lower ^ body.readUInt8(index)) & 0xff;
    lower = ((lower >>> 8) | (upper << 24)) ^ at(l0, byte);
    upper = (upper >>> 8) ^ at(h0, byte);
  }
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeUInt32BE(~upper >>> 0, 0);
  bytes.writeUInt32BE(~lower >>> 0, 4);
  return bytes;
}

type EightTables = readonly [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];
