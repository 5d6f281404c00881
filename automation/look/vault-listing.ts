import { GetBucketAclCommand, type S3Client } from "@aws-sdk/client-s3";
import { awsFailure } from "../errors";
import { coveringEntries } from "../judge/on-top";
import { versionName, type ListedVersion } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import type { VaultAccess } from "../aws/stack-clients";
import { KeyCursor } from "./key-cursor";
import { ListedReplicas, type PassedVersion } from "./listed-replicas";
import { unreadable } from "./version-head";

/** What the listing of a vault tells, which no HEAD does. */
export interface VaultListing {
  /** Versions, without delete markers. */
  readonly versionsCount: number;
  /** Canonical user ids by `versionName`: replicas of the source's versions that the bucket's owner does not own. */
  readonly foreignOwners: Pick<ReadonlyMap<string, string>, "get">;
  /** By key: what lies above the newest version that the source has. */
  readonly covering: Sequence<ListedVersion>;
  /** Who owns the bucket is known, so that `foreignOwners` are all there are. Absent: it is. */
  readonly isOwnerKnown?: boolean;
  /** Of each version of the source, in its order, what the vault lists; kept where it is asked for. */
  readonly replicas?: ListedReplicas;
  /** Why the vault could not be listed to its end. */
  readonly problem?: string;
}

/** The listing of a vault as it is gone through beside the source's. */
export class VaultJoin implements VaultListing {
  versionsCount = 0;
  problem?: string;
  readonly covering = new SpilledList<ListedVersion>();
  readonly replicas?: ListedReplicas;
  readonly #owners = new Map<string, number>();
  readonly #ownedBy = new NameMap();
  #ownerId: string | undefined;
  #cursor: KeyCursor | undefined;

  private constructor(keepsReplicas: boolean) {
    if (keepsReplicas) this.replicas = new ListedReplicas();
  }

  get isOwnerKnown(): boolean {
    return this.#ownerId !== undefined;
  }

  /**
   * Begins to list a vault.
   * @param prefix of the keys that are listed; without it all
   * @param keepsReplicas what is listed of each of the source's versions is kept
   */
  static async begin(
    { outputs, s3 }: VaultAccess,
    signal?: AbortSignal,
    prefix?: string,
    keepsReplicas = false,
  ): Promise<VaultJoin> {
    const join = new VaultJoin(keepsReplicas);
    await join.#unlessRefused(async () => {
      const { bucketName } = outputs;
      join.#ownerId = await bucketOwner(s3, bucketName, signal);
      join.#cursor = await KeyCursor.begin(s3, bucketName, signal, prefix);
    });
    return join;
  }

  readonly foreignOwners = {
    get: (name: string): string | undefined => {
      if (this.#ownedBy.size === 0) return undefined;
      const number = this.#ownedBy.get(name);
      return number === undefined ? undefined : [...this.#owners.keys()][number];
    },
  };

  /**
   * Goes on past a key. Only keys of the source are of interest: others may keep theirs in the same bucket.
   * @param versions that the source has of it, delete markers too
   */
  async pass(key: string, versions: readonly PassedVersion[]): Promise<void> {
    const ids = new Set<string>();
    for (const { isDeleteMarker, versionId } of versions) if (!isDeleteMarker) ids.add(versionId);
    let listed: readonly ListedVersion[] | undefined;
    await this.#unlessRefused(async () => {
      if (this.#cursor === undefined) return;
      await this.#cursor.before(key, (version) => this.#count(version));
      const ofKey: ListedVersion[] = [];
      await this.#cursor.of(key, (version) => {
        ofKey.push(version);
        this.#count(version);
        if (ids.has(version.versionId)) this.#noteOwner(version);
      });
      listed = ofKey;
      if (ids.size === 0) return;
      for (const version of coveringEntries(ofKey, ({ versionId }) => ids.has(versionId))) {
        this.covering.push(version);
      }
    });
    this.replicas?.add(versions, listed);
  }

  /** Goes on to the vault's end. */
  async end(): Promise<void> {
    await this.#unlessRefused(async () => {
      await this.#cursor?.before(undefined, (version) => this.#count(version));
    });
  }

  #count({ isDeleteMarker }: ListedVersion): void {
    if (!isDeleteMarker) this.versionsCount++;
  }

  #noteOwner(version: ListedVersion): void {
    const { ownerId } = version;
    if (this.#ownerId === undefined || ownerId === undefined || ownerId === this.#ownerId) return;
    const number = this.#owners.get(ownerId) ?? this.#owners.size;
    this.#owners.set(ownerId, number);
    this.#ownedBy.set(versionName(version), number);
  }

  /** A vault that refuses to be listed is a finding; what was seen until then stays. */
  async #unlessRefused(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (awsFailure(error) === undefined) throw error;
      this.problem = unreadable(error).cause;
      this.#cursor = undefined;
    }
  }
}

/** Undefined without the right to ask: then the guard alone says that the bucket's owner owns everything. */
async function bucketOwner(
  s3: S3Client,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const output = await s3.send(new GetBucketAclCommand({ Bucket: bucket }), {
      abortSignal: signal,
    });
    return output.Owner?.ID;
  } catch (error) {
    if (awsFailure(error)?.httpStatus === 403) return undefined;
    throw error;
  }
}
