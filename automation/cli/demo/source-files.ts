import { readdir } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

/** A file to be put into the demo's source bucket. */
export interface SourceFile {
  /** Its path under the folder, with `/`, exactly as it is on disk. */
  readonly key: string;
  readonly path: string;
}

/** The installed dependencies of this project: real files that are on every machine that can run the demo. */
export function ownDependencies(): string {
  return join(dirname(require.resolve("@pulumi/pulumi/package.json")), "..", "..");
}

/** Longest key that S3 takes, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** The files under a folder in order of their names, at most `limit` of them. Links are not followed. */
export async function* sourceFiles(folder: string, limit: number): AsyncGenerator<SourceFile> {
  let count = 0;
  for await (const path of walk(folder, "")) {
    const key = path.split(sep).join("/");
    if (Buffer.byteLength(key) > MAX_KEY_BYTES) continue;
    if (++count > limit) return;
    yield { key, path: join(folder, path) };
  }
}

async function* walk(root: string, folder: string): AsyncGenerator<string> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile()) yield path;
  }
}
