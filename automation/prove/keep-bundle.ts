/** Keeps bundles beside the vaults. None is written over, and the bucket's policy lets nobody delete one. */

import { createHash } from "node:crypto";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { type AccountClients, type AwsEnvironment, callerIdentity } from "../aws/aws-clients";
import { type FileContent, putFile } from "../aws/put-file";
import { awsFailure, messageOf, throwIfAborted } from "../errors";
import type { Session } from "../events";
import type { KeptEvidence } from "../evidence/fields";
import { lockBeside } from "../promise/lock-beside";
import { DiskFile } from "../spill/disk-file";
import type { KeptPlace, KeptPlaces } from "./kept-places";
import { versionsAt, withPlace } from "./kept-versions";
import { MAX_KEPT_BYTES } from "./last-kept";

/** Which bundle is kept, and how. */
export interface BundleToKeep {
  /** Of its file. */
  readonly path: string;
  readonly key: string;
  /** Locked as the vault locks its replicas. */
  readonly isLocked: boolean;
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
  for (const accountId of without) {
    const why = "no vault there takes any; `lockstep up` deploys one that does";
    warn(`in the account ${accountId}`, why);
  }
  let read: FileContent | undefined;
  for (const place of places) {
    throwIfAborted(session.signal);
    let kept: KeptEvidence;
    try {
      const content = (read ??= contentOf(bundle.path));
      kept = await withPlace(place, environment, (clients) =>
        put(bundle, content, place, clients, session),
      );
    } catch (error) {
      throwIfAborted(session.signal);
      warn(`as s3://${place.bucket}/${bundle.key}`, messageOf(error));
      continue;
    }
    yield kept;
  }
}

function contentOf(path: string): FileContent {
  const bytes = new DiskFile(path);
  if (bytes.sizeBytes > MAX_KEPT_BYTES) {
    throw new Error(`it has ${bytes.sizeBytes} bytes, and one request takes ${MAX_KEPT_BYTES}`);
  }
  const sha256 = createHash("sha256");
  for (const chunk of bytes.chunks()) sha256.update(chunk);
  return { bytes, sha256: sha256.digest("hex") };
}

async function put(
  { isLocked, key }: BundleToKeep,
  content: FileContent,
  place: KeptPlace,
  clients: AccountClients,
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
    const { VersionId } = await putFile(clients.s3, input, content, signal);
    return {
      vault: vault.name,
      bucket,
      key,
      ...(VersionId !== undefined && { versionId: VersionId }),
      ...(lock && { lockMode: lock.mode, lockedUntil: lock.until.toISOString() }),
    };
  } catch (error) {
    if (awsFailure(error)?.httpStatus !== 412) throw error;
    const stored = await storedAlready(place, key, content, clients, signal);
    if (stored === undefined) throw error;
    return stored;
  }
}

/**
 * What is there by the name already, where it is this very file: S3 took it, its answer was lost, and what the SDK sent again found it there.
 * A lock is told as far as S3 tells it.
 */
async function storedAlready(
  place: KeptPlace,
  key: string,
  { sha256 }: FileContent,
  clients: AccountClients,
  signal: AbortSignal,
): Promise<KeptEvidence | undefined> {
  const { bucket, vault } = place;
  const checksum = Buffer.from(sha256, "hex").toString("base64");
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
