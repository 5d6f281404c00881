/** Keeps bundles beside the vaults, and finds the last one there. None is written over, and the bucket's policy lets nobody delete one. */

import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import { createHash } from "node:crypto";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import {
  accountClients,
  type AccountClients,
  type AwsEnvironment,
  callerIdentity,
} from "../aws/aws-clients";
import { putFile } from "../aws/put-file";
import { messageOf } from "../errors";
import type { Session } from "../events";
import type { KeptEvidence } from "../evidence/fields";
import { lockBeside } from "../promise/lock-beside";
import { isRefusal } from "../promise/warn-of-copies";
import { DiskFile } from "../spill/disk-file";
import { isKeptKey, keptPrefix, type KeptPlace } from "./kept-places";

/** What one request takes. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const MAX_BYTES = 5_000_000_000;

/** Which bundle is kept, and how. */
export interface BundleToKeep {
  /** Of its file. */
  readonly path: string;
  readonly key: string;
  /** Locked as the vault locks its replicas. */
  readonly isLocked: boolean;
}

/** Writes a bundle beside each of the vaults. What AWS refuses is told as a warning: the file is there all the same. */
export async function keepBundle(
  bundle: BundleToKeep,
  places: readonly KeptPlace[],
  environment: AwsEnvironment,
  session: Session,
): Promise<readonly KeptEvidence[]> {
  const bytes = new DiskFile(bundle.path);
  const kept: KeptEvidence[] = [];
  const warn = (place: KeptPlace, why: string): void => {
    const message = `the bundle is not kept as s3://${place.bucket}/${bundle.key}: ${why}`;
    session.emit({ type: "warning", code: "EvidenceNotKept", message });
  };
  const sha256 = createHash("sha256");
  for (const chunk of bytes.chunks()) sha256.update(chunk);
  const content = { bytes, sha256: sha256.digest("hex") };
  for (const place of places) {
    if (bytes.sizeBytes > MAX_BYTES) {
      warn(place, `it has ${bytes.sizeBytes} bytes, and one request takes ${MAX_BYTES}`);
      continue;
    }
    await withClients(place, environment, async (clients) => {
      try {
        kept.push(await put(bundle, content, place, clients, session));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        warn(place, messageOf(error));
      }
    });
  }
  return kept;
}

async function put(
  { isLocked, key }: BundleToKeep,
  content: Parameters<typeof putFile>[2],
  { bucket, vault }: KeptPlace,
  clients: AccountClients,
  { clock, signal }: Session,
): Promise<KeptEvidence> {
  // A lock ends by AWS's time.
  const { answeredEpochMs = clock.nowEpochMs() } = await callerIdentity(clients, signal);
  const lock = isLocked ? lockBeside(vault, answeredEpochMs) : undefined;
  const { VersionId } = await putFile(
    clients.s3,
    {
      Bucket: bucket,
      Key: key,
      ContentType: "application/x-tar",
      IfNoneMatch: "*",
      ...(lock && { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: lock.until }),
    },
    content,
    signal,
  );
  return {
    vault: vault.name,
    bucket,
    key,
    ...(VersionId !== undefined && { versionId: VersionId }),
    ...(lock && { lockMode: lock.mode, lockedUntil: lock.until.toISOString() }),
  };
}

/** The last bundle of a stack that is kept. */
export interface LastKept {
  readonly key: string;
  /** As in `s3://BUCKET/KEY`. */
  readonly address: string;
}

/**
 * Brings the last bundle of a stack that is kept beside any of the vaults: by its name, which begins with its date and ends with its
 * digest. Whoever reads it has to hold it against that name: a bucket's own dates are those of whoever copied something there last.
 * @param path where to
 * @returns undefined where none is kept
 * @throws the SDK's error where a bucket cannot be asked: a chain that is there is not begun anew unseen
 */
export async function fetchLastKept(
  places: readonly KeptPlace[],
  stack: string,
  path: string,
  environment: AwsEnvironment,
  { signal }: Session,
): Promise<LastKept | undefined> {
  const last = { key: "", place: undefined as KeptPlace | undefined };
  for (const place of places) {
    await withClients(place, environment, async ({ s3 }) => {
      const input = { Bucket: place.bucket, Prefix: keptPrefix(stack) };
      const pages = paginateListObjectsV2({ client: s3 }, input, { abortSignal: signal });
      for await (const { Contents = [] } of pages) {
        for (const { Key: key = "" } of Contents) {
          if (isKeptKey(key, stack) && key > last.key) Object.assign(last, { key, place });
        }
      }
    });
  }
  const { key, place } = last;
  if (place === undefined) return undefined;
  await withClients(place, environment, async ({ s3 }) => {
    const command = new GetObjectCommand({ Bucket: place.bucket, Key: key });
    const { Body } = await s3.send(command, { abortSignal: signal });
    await pipeline(Body as Readable, createWriteStream(path), { signal });
  });
  return { key, address: `s3://${place.bucket}/${key}` };
}

async function withClients(
  { access }: KeptPlace,
  environment: AwsEnvironment,
  work: (clients: AccountClients) => Promise<void>,
): Promise<void> {
  const clients = await accountClients(access, environment);
  try {
    await work(clients);
  } finally {
    clients.destroy();
  }
}
