import type { IHasher } from "hash-wasm";

/**
 * The XXHASH checksums of S3. They are WebAssembly, which takes a moment to load and then answers at once; handlers
 * cannot wait, so the sandbox loads them before it serves.
 */
export type XxHashAlgorithm = "XXHASH64" | "XXHASH3" | "XXHASH128";

let loading: Promise<void> | undefined;
let hashers: Readonly<Record<XxHashAlgorithm, IHasher>> | undefined;

/** Makes `xxHash` ready; any number of calls load once. */
export function loadXxHash(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  const { createXXHash64, createXXHash3, createXXHash128 } = await import("hash-wasm");
  const [XXHASH64, XXHASH3, XXHASH128] = await Promise.all([
    createXXHash64(),
    createXXHash3(),
    createXXHash128(),
  ]);
  hashers = { XXHASH64, XXHASH3, XXHASH128 };
}

/**
 * The hash with seed 0, big-endian as xxHash writes it in text.
 * @throws Error before `loadXxHash` has ended
 */
export function xxHash(algorithm: XxHashAlgorithm, body: Buffer): Buffer {
  if (hashers === undefined) throw new Error("XXHASH is used before it is loaded.");
  // One at a time: nothing comes between these three calls.
  return Buffer.from(hashers[algorithm].init().update(body).digest("binary"));
}
