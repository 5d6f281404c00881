/**
 * Reads copies of promises out of the operations bucket beside a vault. They are read version by version: what is put on top of a
 * copy, a delete marker too, neither hides it nor is believed.
 */

import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import type { PromiseParts } from "../../components/promise/promise";
import { awsFailure } from "../errors";
import { listVersions, type ListedVersion } from "../proof/source-versions";
import { COPY_PREFIX, copyKey, digestOfKey, MAX_COPY_BYTES, parseCopy } from "./copy";

export interface PromiseCopy {
  readonly digest: string;
  readonly promise: PromiseParts;
  readonly bucket: string;
  readonly key: string;
  /** The oldest version of this key whose content is what the key names. */
  readonly versionId: string;
  /** AWS's date of that version. */
  readonly writtenEpochMs: number;
  /** Until when that version is locked. */
  readonly lockedUntil?: Date;
}

/** What lies under the key of one copy. */
export interface KeptCopy {
  /** Absent: there is none, or none that is what its key names. */
  readonly copy?: PromiseCopy;
  /** Ids of versions that are something else. */
  readonly strangers: readonly string[];
  /** Ids of versions that AWS hands out to nobody with our rights: under a key of somebody's own, for one. */
  readonly unreadable: readonly string[];
}

/** So many versions of one key are looked into, the oldest first. */
const VERSIONS_LIMIT = 100;

/** The copy of one promise. Undefined: there is no such bucket. */
export async function findCopy(
  s3: S3Client,
  bucket: string,
  digest: string,
  signal: AbortSignal,
): Promise<KeptCopy | undefined> {
  const versions = await listed(s3, bucket, copyKey(digest), signal);
  return versions && (await lookInto(s3, bucket, versions, signal));
}

/** Everything under the names of copies, key by key. A bucket that is not there has none. */
export async function allCopies(
  s3: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<readonly (KeptCopy & { readonly key: string })[]> {
  const byKey = new Map<string, ListedVersion[]>();
  for (const version of (await listed(s3, bucket, COPY_PREFIX, signal)) ?? []) {
    if (digestOfKey(version.key) === undefined) continue;
    byKey.set(version.key, [...(byKey.get(version.key) ?? []), version]);
  }
  const found: (KeptCopy & { readonly key: string })[] = [];
  for (const [key, versions] of byKey) {
    found.push({ key, ...(await lookInto(s3, bucket, versions, signal)) });
  }
  return found;
}

/** Undefined: there is no such bucket. */
async function listed(
  s3: S3Client,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly ListedVersion[] | undefined> {
  const versions: ListedVersion[] = [];
  try {
    for await (const version of listVersions(s3, bucket, signal, prefix)) versions.push(version);
    return versions;
  } catch (error) {
    if (awsFailure(error)?.code === "NoSuchBucket") return undefined;
    throw error;
  }
}

/**
 * A copy is dated by its oldest version that is right, so that writing an old one again makes it no newer.
 * @param versions of one key, the newest first
 */
async function lookInto(
  s3: S3Client,
  bucket: string,
  versions: readonly ListedVersion[],
  signal: AbortSignal,
): Promise<KeptCopy> {
  let copy: PromiseCopy | undefined;
  const strangers: string[] = [];
  const unreadable: string[] = [];
  const oldestFirst = versions.filter(({ isDeleteMarker }) => !isDeleteMarker).reverse();
  for (const version of oldestFirst.slice(0, VERSIONS_LIMIT)) {
    const { sizeBytes, versionId } = version;
    const output =
      sizeBytes > MAX_COPY_BYTES ? "stranger" : await read(s3, bucket, version, signal);
    if (output === "unreadable") unreadable.push(versionId);
    else if (output === "stranger") strangers.push(versionId);
    else copy ??= output;
  }
  return { ...(copy && { copy }), strangers, unreadable };
}

async function read(
  s3: S3Client,
  bucket: string,
  { key, lastModifiedEpochMs, versionId }: ListedVersion,
  signal: AbortSignal,
): Promise<PromiseCopy | "stranger" | "unreadable"> {
  let output: GetObjectCommandOutput;
  try {
    const input = { Bucket: bucket, Key: key, VersionId: versionId };
    output = await s3.send(new GetObjectCommand(input), { abortSignal: signal });
  } catch (error) {
    // One object under a key of an attacker's must not be the end of every look.
    const status = awsFailure(error)?.httpStatus;
    if (status === 400 || status === 403 || status === 404) return "unreadable";
    throw error;
  }
  const digest = digestOfKey(key) ?? "";
  const promise = parseCopy((await output.Body?.transformToString()) ?? "", digest);
  if (promise === undefined) return "stranger";
  const { ObjectLockRetainUntilDate: lockedUntil } = output;
  return {
    digest,
    promise,
    bucket,
    key,
    versionId,
    writtenEpochMs: lastModifiedEpochMs,
    ...(lockedUntil === undefined ? {} : { lockedUntil }),
  };
}
