/**
 * Writes the promise's copy beside each vault that it fills, with the vault account's credentials.
 *
 * One request makes a copy, and none is ever written over: a run that stops anywhere leaves some copies written and the others to
 * the next `up`.
 *
 * A copy is locked as a replica is (a pilot's is not), and renewed by `up` before half of that time is left. The bucket's
 * policy alone would keep it from everybody but an administrator who takes that policy away first; a lock keeps it from him too. It
 * ends all the same, so that a vault that was given up can be emptied once its own locks are over.
 */

import { PutObjectCommand, PutObjectRetentionCommand, type S3Client } from "@aws-sdk/client-s3";
import type { LockstepConfig } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import { awsFailure, messageOf } from "../errors";
import { isRefusal } from "./warn-of-copies";
import type { Session } from "../events";
import { copyKey } from "./copy";
import { copyPlaces, type CopyPlace } from "./kept-copies";
import { lockBeside } from "./lock-beside";
import { findCopy } from "./read-copies";

/**
 * Writes the copies that are not there, and renews locks. What AWS refuses is told as a warning.
 * @param sources as the stack's outputs tell them
 * @param nowEpochMs what time it is for AWS
 */
export async function writePromiseCopies(
  sources: readonly LockstepOutputs[],
  config: LockstepConfig,
  environment: AwsEnvironment,
  session: Session,
  nowEpochMs: number,
): Promise<void> {
  for (const place of copyPlaces(sources, config)) {
    const clients = await accountClients(place.access, environment);
    try {
      await writeCopy(place, clients.s3, session.signal, nowEpochMs);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const where = `s3://${place.bucket}/${copyKey(place.digest)}`;
      const message = `the promise's copy ${where} is not written: ${messageOf(error)}`;
      session.emit({ type: "warning", code: "PromiseNotKept", message });
    } finally {
      clients.destroy();
    }
  }
}

async function writeCopy(
  place: CopyPlace,
  s3: S3Client,
  abortSignal: AbortSignal,
  nowEpochMs: number,
): Promise<void> {
  const { bucket: Bucket, content, digest } = place;
  const Key = copyKey(digest);
  const found = await findCopy(s3, Bucket, digest, abortSignal);
  const lock = lockBeside(place.vault, nowEpochMs);
  if (found?.copy === undefined) {
    const isFirst = found?.strangers.length === 0 && found.unreadable.length === 0;
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: content,
          ContentType: "application/json",
          // Something else by this name stays below: the bucket has versions.
          ...(isFirst ? { IfNoneMatch: "*" } : {}),
          ...(lock && { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: lock.until }),
        }),
        { abortSignal },
      );
    } catch (error) {
      // Another `up` was faster: what it wrote has the same name, and whoever looks at it reads it.
      if (awsFailure(error)?.httpStatus !== 412) throw error;
    }
    return;
  }
  const { lockedUntil, versionId: VersionId } = found.copy;
  if (lock === undefined || (lockedUntil?.getTime() ?? 0) >= lock.renewBeforeEpochMs) return;
  const Retention = { Mode: lock.mode, RetainUntilDate: lock.until };
  const input = { Bucket, Key, VersionId, Retention };
  await s3.send(new PutObjectRetentionCommand(input), { abortSignal });
}
