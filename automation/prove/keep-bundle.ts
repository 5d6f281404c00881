/** Keeps bundles beside the vaults. None is written over, and the bucket's policy lets nobody delete one. */

import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { type AccountClients, type AwsEnvironment, callerIdentity } from "../aws/aws-clients";
import { contentHeaders, type FileContent, type FileInput, hashed, putFile } from "../aws/put-file";
import { compositeSha256, partsOf, type PartsSession, putParts } from "../aws/put-parts";
import { awsFailure, messageOf, throwIfAborted } from "../errors";
import type { Session } from "../events";
import type { KeptEvidence } from "../evidence/fields";
import { lockBeside } from "../promise/lock-beside";
import { DiskFile } from "../spill/disk-file";
import type { KeptPlace, KeptPlaces } from "./kept-places";
import { versionsAt, withPlace } from "./kept-versions";

/** What one request takes. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const ONE_REQUEST_MAX_BYTES = 5_000_000_000;
const PART_BYTES = 64 * 2 ** 20;

/** Which bundle is kept, and how. */
export interface BundleToKeep {
  /** Of its file. */
  readonly path: string;
  readonly key: string;
  /** Locked as the vault locks its replicas. */
  readonly isLocked: boolean;
  /** Above how many bytes it goes in parts, and of what size, 5 MiB at the least. Default: above 5 GB, of 64 MiB. */
  readonly inParts?: { readonly aboveBytes: number; readonly partBytes: number };
}

/**
 * Writes a bundle beside vaults. Whatever comes in between is told as a warning (`EvidenceNotKept`): the file is there all the same.
 * @returns each that is kept, as soon as it is
 * @throws LockstepError `Aborted`, and nothing else
 */
export async function* keepBundle(
  bundle: BundleToKeep,
  { places, without }: KeptPlaces,
  environment: AwsEnvironment,
  session: Session,
): AsyncGenerator<KeptEvidence> {
  const next = `name ${bundle.path} with --previous next time, or the next bundle does not follow it`;
  const warn = (where: string, why: string): void => {
    const message = `the bundle is not kept ${where}: ${why}; ${next}`;
    session.emit({ type: "warning", code: "EvidenceNotKept", message });
  };
  const onLeft: Target["onLeft"] = (uploadId, { bucket }, cause) => {
    const ends = `aws s3api abort-multipart-upload --bucket ${bucket} --key ${bundle.key} --upload-id ${uploadId}`;
    const message = `parts of the bundle that was to be kept as s3://${bucket}/${bundle.key} may still be there, and cost: they could not be taken away (${messageOf(cause)}); take them away with ${ends}`;
    session.emit({ type: "warning", code: "EvidenceNotKept", message });
  };
  for (const accountId of without) {
    const why = "no vault there takes any; `lockstep up` deploys one that does";
    warn(`in the account ${accountId}`, why);
  }
  let read: BundleContent | undefined;
  for (const place of places) {
    throwIfAborted(session.signal);
    let kept: KeptEvidence;
    try {
      const content = (read ??= await contentOf(bundle, session.signal));
      kept = await withPlace(place, environment, (clients) =>
        put(bundle, content, { place, clients, onLeft }, session),
      );
    } catch (error) {
      throwIfAborted(session.signal);
      warn(`as s3://${place.bucket}/${bundle.key}`, messageOf(error));
      continue;
    }
    yield kept;
  }
}

/** A bundle as it is sent. */
interface BundleContent {
  /** One for one request, else each of an upload in parts. */
  readonly parts: readonly FileContent[];
  /** What S3 tells of it as `ChecksumSHA256`. */
  readonly checksum: string;
  readonly isInParts: boolean;
}

async function contentOf(
  { inParts, path }: BundleToKeep,
  signal: AbortSignal,
): Promise<BundleContent> {
  const { aboveBytes, partBytes } = inParts ?? {
    aboveBytes: ONE_REQUEST_MAX_BYTES,
    partBytes: PART_BYTES,
  };
  const whole = new DiskFile(path);
  if (whole.sizeBytes <= aboveBytes) {
    const content = await hashed(whole, signal);
    const checksum = contentHeaders(content).ChecksumSHA256;
    return { parts: [content], checksum, isInParts: false };
  }
  const parts: FileContent[] = [];
  for (const part of partsOf(whole.sizeBytes, partBytes)) {
    parts.push(await hashed(new DiskFile(path, part), signal));
  }
  return { parts, checksum: compositeSha256(parts), isInParts: true };
}

/** Where it is written. */
interface Target {
  readonly place: KeptPlace;
  readonly clients: AccountClients;
  /** Is told of an upload that could not be ended. */
  readonly onLeft: (uploadId: string, place: KeptPlace, cause: unknown) => void;
}

async function put(
  { isLocked, key }: BundleToKeep,
  content: BundleContent,
  { clients, onLeft, place }: Target,
  { clock, signal }: Session,
): Promise<KeptEvidence> {
  // A lock ends by AWS's time.
  const { answeredEpochMs = clock.nowEpochMs() } = await callerIdentity(clients, signal);
  const { bucket, vault } = place;
  const lock = isLocked ? lockBeside(vault, answeredEpochMs) : undefined;
  const input = {
    Bucket: bucket,
    Key: key,
    ContentType: "application/x-tar",
    IfNoneMatch: "*",
    ...(lock && { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: lock.until }),
  };
  try {
    const { VersionId } = await send(clients, input, content, {
      signal,
      onLeft: (uploadId, cause) => onLeft(uploadId, place, cause),
    });
    return {
      vault: vault.name,
      bucket,
      key,
      ...(VersionId !== undefined && { versionId: VersionId }),
      ...(lock && { lockMode: lock.mode, lockedUntil: lock.until.toISOString() }),
    };
  } catch (error) {
    if (!mayBeThere(error)) throw error;
    const stored = await storedAlready(place, key, content, clients, signal);
    if (stored === undefined) throw error;
    return stored;
  }
}

function send(
  { s3 }: AccountClients,
  input: FileInput,
  { isInParts, parts }: BundleContent,
  session: PartsSession,
): Promise<{ readonly VersionId?: string | undefined }> {
  const [first] = parts;
  return isInParts || first === undefined
    ? putParts(s3, input, parts, session)
    : putFile(s3, input, first, session.signal);
}

/**
 * Whether S3 may have it by this name: it says so (412), or that it came since the upload began (409), or that an upload which was just
 * there is no more, as where the answer to its end was lost ("or the multipart upload might have been aborted or completed").
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html (NoSuchUpload)
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function mayBeThere(error: unknown): boolean {
  const { code, httpStatus } = awsFailure(error) ?? {};
  return httpStatus === 412 || httpStatus === 409 || code === "NoSuchUpload";
}

/**
 * What is there by the name already, where it is this very file: S3 took it, its answer was lost, and what the SDK sent again found it there.
 * A lock is told as far as S3 tells it.
 */
async function storedAlready(
  place: KeptPlace,
  key: string,
  { checksum }: BundleContent,
  clients: AccountClients,
  signal: AbortSignal,
): Promise<KeptEvidence | undefined> {
  const { bucket, vault } = place;
  for (const { versionId } of await versionsAt(place, key, (one) => one === key, clients, signal)) {
    const command = new HeadObjectCommand({
      Bucket: bucket,
      Key: key,
      VersionId: versionId,
      ChecksumMode: "ENABLED",
    });
    const found = await clients.s3.send(command, { abortSignal: signal });
    if (found.ChecksumSHA256 !== checksum) continue;
    const { ObjectLockMode: lockMode, ObjectLockRetainUntilDate: lockedUntil } = found;
    return {
      ...{ vault: vault.name, bucket, key, versionId },
      ...(lockMode && lockedUntil && { lockMode, lockedUntil: lockedUntil.toISOString() }),
    };
  }
  return undefined;
}
