import type { RestoreObjectOutput, RestoreObjectRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { invalidArgument, malformedXml, notImplemented, restoreAlreadyInProgress } from "../errors";
import { restoreNotAllowed } from "../errors";
import type { ObjectVersion } from "../store/model";
import { ARCHIVE_CLASSES } from "../store/new-version";
import { versionNeed } from "../access/object-access";
import { checkedVersionId, required } from "./object-request";
import { findReadable } from "../store/read-version";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * How long a restore takes, the upper end of what AWS names for each tier. Expedited is not there for DEEP_ARCHIVE.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
const RESTORE_MS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  GLACIER: { Expedited: 5 * MINUTE_MS, Standard: 5 * HOUR_MS, Bulk: 12 * HOUR_MS },
  DEEP_ARCHIVE: { Standard: 12 * HOUR_MS, Bulk: 48 * HOUR_MS },
};

/** True when a version must be restored before it can be read or copied. */
export function isArchived(version: ObjectVersion, nowEpochMs: number): boolean {
  if (!ARCHIVE_CLASSES.has(version.storageClass)) return false;
  const { restore } = version;
  return (
    restore === undefined ||
    restore.readyEpochMs > nowEpochMs ||
    restore.expiresEpochMs <= nowEpochMs
  );
}

/** "Adding the number of days to the time when the restoration is completed", and on to the next midnight, UTC. */
function expiryOf(fromEpochMs: number, days: number): number {
  return (Math.floor(fromEpochMs / DAY_MS) + days + 1) * DAY_MS;
}

/**
 * Restores by the sandbox's clock: nothing is scheduled, the copy is there once its time has come.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
 */
export const restoreObject: Operation<RestoreObjectRequest, RestoreObjectOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    return [versionNeed(context, bucket, target, ["s3:RestoreObject", "s3:RestoreObject"])];
  },

  handle(input, context) {
    const { bucket, version } = findReadable(input, context);
    const request = input.RestoreRequest;
    if (request === undefined) throw malformedXml();
    if (request.Type !== undefined || request.OutputLocation !== undefined) {
      throw notImplemented("RestoreObject of type SELECT");
    }
    const times = RESTORE_MS[version.storageClass];
    if (times === undefined) throw restoreNotAllowed(version.storageClass);
    const days = request.Days;
    if (days === undefined) throw malformedXml();
    if (!Number.isInteger(days) || days < 1) {
      throw invalidArgument("Days", days, "restoration days should be at least 1");
    }
    const tier = request.GlacierJobParameters?.Tier ?? request.Tier ?? "Standard";
    const durationMs = times[tier];
    if (durationMs === undefined) {
      throw invalidArgument("Tier", tier, `Tier ${tier} is not supported for this storage class`);
    }
    const { nowEpochMs } = context;
    const { restore } = version;
    if (restore !== undefined && restore.readyEpochMs > nowEpochMs) {
      // A faster tier overtakes a restore in progress; nothing else of it can be changed.
      const isFaster = durationMs < (times[restore.tier] ?? 0);
      if (!isFaster || restore.days !== days) throw restoreAlreadyInProgress();
    }
    // A copy that is there already stays, for a new number of days: 200 instead of 202.
    if (restore !== undefined && !isArchived(version, nowEpochMs)) {
      version.restore = { ...restore, days, expiresEpochMs: expiryOf(nowEpochMs, days) };
      context.response.statusCode = 200;
      return {};
    }
    // That an overtaken one is not there later than it would have been is assumed.
    const isOvertaken = restore !== undefined && restore.readyEpochMs > nowEpochMs;
    const dueEpochMs = nowEpochMs + durationMs;
    const readyEpochMs = isOvertaken ? Math.min(dueEpochMs, restore.readyEpochMs) : dueEpochMs;
    version.restore = { readyEpochMs, expiresEpochMs: expiryOf(readyEpochMs, days), days, tier };
    context.world.s3.changes.publish({
      kind: "restore-started",
      bucket,
      version,
      cause: "request",
      request: context,
    });
    context.response.statusCode = 202;
    return {};
  },
};
