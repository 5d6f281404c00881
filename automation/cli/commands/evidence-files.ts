import { open, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LockstepError, messageOf } from "../../errors";
import type { KeyObject } from "node:crypto";
import { readPublicKey } from "../../evidence/key";
import { requireRegularFile } from "../../evidence/regular-file";
import type { CommandContext } from "../command";
import type { NamedFile } from "../same-file";

/**
 * Runs what reads a file.
 * @param named as it was given
 * @param read is given its path, absolute
 * @throws LockstepError `EvidenceUnreadable` in place of the file system's own, and for what is no file
 */
export async function readingFile<Result>(
  named: string,
  { folder }: Pick<CommandContext, "folder">,
  read: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = resolve(folder, named);
  try {
    await requireRegularFile(path, named);
    return await read(path);
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new LockstepError("EvidenceUnreadable", `${named} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The key that `--public-key` names; undefined without. @throws LockstepError `EvidenceUnreadable` */
export async function namedPublicKey(context: CommandContext): Promise<KeyObject | undefined> {
  const { publicKey } = context.flags;
  if (publicKey === undefined) return undefined;
  return readPublicKey(await readingFile(publicKey, context, (path) => readFile(path, "utf8")));
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

/** What is read, and must not be written over: the bundle, the key, the bundle before. */
export function filesRead({
  flags: { file, previous, publicKey },
  folder,
}: CommandContext): readonly NamedFile[] {
  return [
    ["the file to look at", file],
    ["the public key", publicKey],
    ["the bundle before it", previous],
  ].flatMap(([what, named]) =>
    named === undefined ? [] : [{ name: `${what}, ${named}`, path: resolve(folder, named) }],
  );
}
