import type { TrailDigest, TrailFacts, TrailFile, TrailKey } from "./fields";

/** What has been brought, each file once. */
export class Found {
  readonly files = new Map<string, Uint8Array>();
  readonly trails = new Set<string>();
  readonly #keys = new Map<string, TrailKey>();
  readonly #digests = new Map<string, TrailDigest>();
  readonly #logs = new Map<string, TrailFile>();

  addKey(key: TrailKey): void {
    this.#keys.set(`${key.region} ${key.fingerprint}`, key);
  }

  addDigest(digest: Omit<TrailDigest, "file">, bytes: Uint8Array): TrailDigest {
    return this.#add(this.#digests, "digests", digest, bytes);
  }

  addLog(log: Omit<TrailFile, "file">, bytes: Uint8Array): TrailFile {
    return this.#add(this.#logs, "logs", log, bytes);
  }

  facts(): Omit<TrailFacts, "events"> {
    return {
      trails: [...this.trails],
      keys: [...this.#keys.values()],
      digests: [...this.#digests.values()],
      logs: [...this.#logs.values()],
    };
  }

  #add<File extends { readonly bucket: string; readonly key: string }>(
    known: Map<string, File & { readonly file: string }>,
    folder: string,
    file: File,
    bytes: Uint8Array,
  ): File & { readonly file: string } {
    const place = `${file.bucket}/${file.key}`;
    const before = known.get(place);
    if (before !== undefined) return before;
    const number = String(known.size + 1).padStart(4, "0");
    const added = { ...file, file: `trail/${folder}/${number}.json` };
    known.set(place, added);
    this.files.set(added.file, bytes);
    return added;
  }
}
