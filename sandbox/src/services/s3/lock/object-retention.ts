import type {
  GetObjectRetentionOutput,
  GetObjectRetentionRequest,
  PutObjectRetentionOutput,
  PutObjectRetentionRequest,
} from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { bypassNeed } from "../object/delete-object";
import {
  malformedXml,
  missingObjectLockConfiguration,
  noSuchObjectLockConfiguration,
  notImplemented,
  protectedByObjectLock,
  retainUntilDateInPast,
} from "../errors";
import type { Retention } from "../store/model";
import { isRetentionMode } from "../store/new-version";
import { lockKeys, versionNeed } from "../access/object-access";
import { mayChangeRetention } from "./object-lock";
import { checkedVersionId, required } from "../object/object-request";
import { findWithSubresources } from "../store/read-version";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export const putObjectRetention: Operation<PutObjectRetentionRequest, PutObjectRetentionOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    const keys = lockKeys(
      { mode: input.Retention?.Mode, retainUntil: input.Retention?.RetainUntilDate },
      context.nowEpochMs,
    );
    const action = "s3:PutObjectRetention";
    return [versionNeed(context, bucket, target, [action, action], keys)];
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const { nowEpochMs } = context;
    // The body is read before the bucket is looked at.
    const wanted = readRetention(input.Retention);
    if (bucket.objectLock === undefined) throw missingObjectLockConfiguration();
    checkIsToCome(wanted, nowEpochMs);
    const { version } = findWithSubresources(input, context);
    const bypassGovernance = input.BypassGovernanceRetention === true;
    if (!mayChangeRetention(version.retention, wanted, { nowEpochMs, bypassGovernance: false })) {
      if (!mayChangeRetention(version.retention, wanted, { nowEpochMs, bypassGovernance })) {
        throw protectedByObjectLock();
      }
      // Asked for only where the bypass makes the difference, as with deletions.
      context.require(bypassNeed(context, bucket, version));
    }
    version.retention = wanted;
    context.world.s3.changes.publish({ kind: "retention", bucket, version, cause: "request" });
    return {};
  },
};

/**
 * Both members, or neither: an empty retention takes the retention away.
 * @throws AwsError MalformedXML, NotImplemented
 */
function readRetention(retention: PutObjectRetentionRequest["Retention"]): Retention | undefined {
  if (retention === undefined) throw malformedXml();
  if (retention.EventHold !== undefined || retention.EventHoldDuration !== undefined) {
    throw notImplemented("variable retention");
  }
  const { Mode: mode, RetainUntilDate: until } = retention;
  if (mode === undefined && until === undefined) return undefined;
  if (until === undefined || !isRetentionMode(mode)) throw malformedXml();
  return { mode, retainUntilEpochMs: until.getTime() };
}

/** @throws AwsError InvalidArgument */
function checkIsToCome(wanted: Retention | undefined, nowEpochMs: number): void {
  if (wanted !== undefined && wanted.retainUntilEpochMs <= nowEpochMs) {
    const date = new Date(wanted.retainUntilEpochMs).toISOString();
    throw retainUntilDateInPast("RetainUntilDate", date);
  }
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export const getObjectRetention: Operation<GetObjectRetentionRequest, GetObjectRetentionOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    const action = "s3:GetObjectRetention";
    return [versionNeed(context, bucket, target, [action, action])];
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    if (bucket.objectLock === undefined) throw missingObjectLockConfiguration();
    const { version } = findWithSubresources(input, context);
    if (version.retention === undefined) throw noSuchObjectLockConfiguration();
    return {
      Retention: {
        Mode: version.retention.mode,
        RetainUntilDate: new Date(version.retention.retainUntilEpochMs),
      },
    };
  },
};
