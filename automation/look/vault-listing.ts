import { GetBucketAclCommand, type S3Client } from "@aws-sdk/client-s3";
import { awsFailure } from "../errors";
import { coveringEntries } from "../judge/on-top";
import { listVersions, versionName, type ListedVersion } from "../proof/source-versions";
import type { VaultAccess } from "../aws/stack-clients";
import { unreadable } from "./version-head";

/** What the listing of a vault tells, which no HEAD does. */
export interface VaultListing {
  /** Versions, without delete markers. */
  readonly versionsCount: number;
  /** Canonical user ids by `versionName`: replicas that the bucket's owner does not own. */
  readonly foreignOwners: ReadonlyMap<string, string>;
  /** By key: what lies above the newest version that the source has. */
  readonly covering: ReadonlyMap<string, readonly ListedVersion[]>;
  /** Why the vault could not be listed to its end. */
  readonly problem?: string;
}

/**
 * Lists a vault. Only keys of the source are of interest: others may keep theirs in the same bucket.
 * @param prefix of the keys that are listed; without it all
 */
export async function listVault(
  { outputs, s3 }: VaultAccess,
  source: { readonly keys: ReadonlySet<string>; readonly names: ReadonlySet<string> },
  signal?: AbortSignal,
  prefix?: string,
): Promise<VaultListing> {
  let versionsCount = 0;
  const foreignOwners = new Map<string, string>();
  const covering = new Map<string, readonly ListedVersion[]>();
  const bucket = outputs.bucketName;
  let ofKey: ListedVersion[] = [];
  const closeKey = (): void => {
    const [first] = ofKey;
    if (first === undefined || !source.keys.has(first.key)) return;
    const above = coveringEntries(ofKey, (version) => source.names.has(versionName(version)));
    if (above.length > 0) covering.set(first.key, above);
  };
  try {
    const ownerId = await bucketOwner(s3, bucket, signal);
    for await (const version of listVersions(s3, bucket, signal, prefix)) {
      if (ofKey[0]?.key !== version.key) {
        closeKey();
        ofKey = [];
      }
      ofKey.push(version);
      if (version.isDeleteMarker) continue;
      versionsCount++;
      if (ownerId === undefined || version.ownerId === undefined) continue;
      if (version.ownerId !== ownerId) foreignOwners.set(versionName(version), version.ownerId);
    }
    closeKey();
    return { versionsCount, foreignOwners, covering };
  } catch (error) {
    if (awsFailure(error) === undefined) throw error;
    return { versionsCount, foreignOwners, covering, problem: unreadable(error).cause };
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
