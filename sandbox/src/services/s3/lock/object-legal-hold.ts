import type {
  GetObjectLegalHoldOutput,
  GetObjectLegalHoldRequest,
  PutObjectLegalHoldOutput,
  PutObjectLegalHoldRequest,
} from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import {
  malformedXml,
  missingObjectLockConfiguration,
  noSuchObjectLockConfiguration,
} from "../errors";
import { lockKeys, versionNeed } from "../access/object-access";
import { checkedVersionId, required } from "../object/object-request";
import { findWithSubresources } from "../store/read-version";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export const putObjectLegalHold: Operation<PutObjectLegalHoldRequest, PutObjectLegalHoldOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    const keys = lockKeys({ legalHold: input.LegalHold?.Status }, context.nowEpochMs);
    const action = "s3:PutObjectLegalHold";
    return [versionNeed(context, bucket, target, [action, action], keys)];
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const status = input.LegalHold?.Status;
    if (status !== "ON" && status !== "OFF") throw malformedXml();
    if (bucket.objectLock === undefined) throw missingObjectLockConfiguration();
    const { version } = findWithSubresources(input, context);
    version.legalHold = status === "ON";
    context.world.s3.changes.publish({ kind: "legal-hold", bucket, version, cause: "request" });
    return {};
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
export const getObjectLegalHold: Operation<GetObjectLegalHoldRequest, GetObjectLegalHoldOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    const action = "s3:GetObjectLegalHold";
    return [versionNeed(context, bucket, target, [action, action])];
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    if (bucket.objectLock === undefined) throw missingObjectLockConfiguration();
    const { version } = findWithSubresources(input, context);
    if (version.legalHold === undefined) throw noSuchObjectLockConfiguration();
    return { LegalHold: { Status: version.legalHold ? "ON" : "OFF" } };
  },
};
