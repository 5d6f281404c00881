import type { AtVault } from "../judge/judge-listed";
import type { ListedVersion } from "../proof/source-versions";
import { SpilledList } from "../spill/spilled-list";

/** A version of the source that a vault's listing is held against: of one that is not known to the last, its id and that it has data. */
export type PassedVersion = Pick<ListedVersion, "versionId" | "isDeleteMarker"> &
  Partial<Pick<ListedVersion, "sizeBytes" | "etag">>;

/** As it is put aside: most are as their source in all but, at times, the class. */
type Packed = 0 | 1 | string | readonly [sizeBytes: number, etag: string, storageClass: string];
const ABSENT = 0;
const UNLISTED = 1;

/** Of each version of a source, in its order, what a vault lists. Put aside on disk. */
export class ListedReplicas {
  readonly #packed = new SpilledList<Packed>();

  /** How many versions of the source were passed. */
  get length(): number {
    return this.#packed.length;
  }

  /**
   * Goes on past some versions of the source.
   * @param listed all that the vault lists of their key; undefined where nobody could list it
   */
  add(versions: readonly PassedVersion[], listed: readonly ListedVersion[] | undefined): void {
    const byId = new Map<string, ListedVersion>();
    for (const one of listed ?? []) if (!one.isDeleteMarker) byId.set(one.versionId, one);
    for (const version of versions) {
      this.#packed.push(listed === undefined ? UNLISTED : pack(version, byId));
    }
  }

  /** What the vault lists of the version at an index of the source. */
  at(index: number, source: ListedVersion): AtVault {
    const packed = this.#packed.at(index) ?? UNLISTED;
    if (packed === ABSENT) return "absent";
    if (packed === UNLISTED) return "unlisted";
    if (typeof packed === "string") {
      const { etag, sizeBytes } = source;
      return { sizeBytes, etag, storageClass: packed };
    }
    const [sizeBytes, etag, storageClass] = packed;
    return { sizeBytes, etag, storageClass };
  }
}

function pack(source: PassedVersion, byId: ReadonlyMap<string, ListedVersion>): Packed {
  const found = source.isDeleteMarker ? undefined : byId.get(source.versionId);
  if (found === undefined) return ABSENT;
  const { etag, sizeBytes, storageClass } = found;
  const isSame = source.sizeBytes === sizeBytes && source.etag === etag;
  return isSame ? storageClass : [sizeBytes, etag, storageClass];
}
