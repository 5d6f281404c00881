import { open, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LockstepError, messageOf } from "../../errors";
import type { KeyObject } from "node:crypto";
import { readPublicKey } from "../../evidence/key";
import type { CommandContext } from "../command";

/** Runs what reads a file. @throws LockstepError `EvidenceUnreadable` in place of the file system's own */
export async function readingFile<Result>(
  named: string,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new LockstepError("EvidenceUnreadable", `${named} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The key that `--public-key` names; undefined without. @throws LockstepError `EvidenceUnreadable` */
export async function namedPublicKey({
  flags: { publicKey },
  folder,
}: CommandContext): Promise<KeyObject | undefined> {
  if (publicKey === undefined) return undefined;
  const path = resolve(folder, publicKey);
  return readPublicKey(await readingFile(publicKey, () => readFile(path, "utf8")));
}

/** The first byte of a file; none of an empty one. */
export async function firstByte(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
