import { isIP } from "node:net";
import type { AccessNeed } from "../../../authorization/model";
import type { RequestContext } from "../../../world/operation";
import { invalidArgument, invalidCopySourceState, invalidRequest, notImplemented } from "../errors";
import { preconditionFailed } from "../errors";
import type { Bucket, ObjectVersion } from "../store/model";
import { findVersion, missingObject, versionNeed } from "../access/object-access";
import { failedCondition } from "./object-conditions";
import { decryptForRead } from "./object-encryption";
import { checkExpectedOwner } from "../access/guard";
import { checkedVersionId } from "./object-request";
import { checkRequestPayer } from "../bucket/request-payment";
import { isArchived } from "./restore-object";

/** The source of CopyObject and UploadPartCopy: which version, who may read it, on which conditions. */

/** A parsed `x-amz-copy-source`. */
export interface CopySource {
  readonly bucketName: string;
  readonly key: string;
  readonly versionId?: string;
}

interface SourceInput {
  readonly CopySource?: string;
  readonly ExpectedSourceBucketOwner?: string;
  readonly RequestPayer?: string;
  readonly CopySourceIfMatch?: string;
  readonly CopySourceIfNoneMatch?: string;
  readonly CopySourceIfModifiedSince?: Date;
  readonly CopySourceIfUnmodifiedSince?: Date;
  readonly CopySourceSSECustomerAlgorithm?: string;
  readonly CopySourceSSECustomerKey?: string;
  readonly CopySourceSSECustomerKeyMD5?: string;
}

/**
 * Parses `[/]bucket/key[?versionId=id]`, percent-encoded.
 * @throws AwsError InvalidArgument; NotImplemented for access points
 */
export function parseCopySource(header: string | undefined): CopySource {
  const value = header ?? "";
  if (/^\/?arn(:|%3a)/i.test(value)) {
    throw notImplemented("copying from an access point", "x-amz-copy-source");
  }
  // The version is split off before decoding: an encoded question mark belongs to the key.
  const [, path = "", versionId] = /^\/?(.*?)(?:\?versionId=(.*))?$/s.exec(value) ?? [];
  const decoded = decode(path, value);
  const slash = decoded.indexOf("/");
  if (slash <= 0) {
    throw badSource(
      value,
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  }
  const bucketName = decoded.slice(0, slash);
  // No name that a bucket ever had: those of before 2018 may be longer and have capitals and underscores.
  const isName = /^[A-Za-z0-9._-]{3,255}$/.test(bucketName) && isIP(bucketName) === 0;
  if (!isName) throw badSource(value, "Invalid copy source bucket name");
  if (slash === decoded.length - 1) throw badSource(value, "Invalid copy source object key");
  return {
    bucketName,
    key: decoded.slice(slash + 1),
    versionId: versionId === undefined ? undefined : checkedVersionId(decode(versionId, value)),
  };
}

function decode(text: string, header: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badSource(header, "Invalid copy source encoding");
  }
}

function badSource(header: string, message: string): Error {
  return invalidArgument("x-amz-copy-source", header, message);
}

/**
 * The rights to read the source; with its tags when they are copied.
 * @throws AwsError AccessDenied when the bucket belongs to another account than the caller expects
 */
export function sourceNeeds(
  context: RequestContext,
  input: SourceInput,
  withTags: boolean,
): AccessNeed[] {
  const source = parseCopySource(input.CopySource);
  const bucket = context.world.s3.bucket(source.bucketName);
  checkExpectedOwner(bucket, input.ExpectedSourceBucketOwner);
  checkRequestPayer(context, bucket, input.RequestPayer);
  const needs = [versionNeed(context, bucket, source, ["s3:GetObject", "s3:GetObjectVersion"])];
  const tagsCount = findVersion(bucket, source.key, source.versionId)?.tags?.size ?? 0;
  if (withTags && tagsCount > 0) {
    needs.push(
      versionNeed(context, bucket, source, ["s3:GetObjectTagging", "s3:GetObjectVersionTagging"]),
    );
  }
  return needs;
}

/** The version to copy, found readable and on the conditions of the request. */
export function readSource(
  context: RequestContext,
  input: SourceInput,
): { bucket: Bucket; version: ObjectVersion; source: CopySource } {
  const source = parseCopySource(input.CopySource);
  const bucket = context.world.s3.bucket(source.bucketName);
  const version = findVersion(bucket, source.key, source.versionId);
  if (version === undefined) throw missingObject(context, bucket, source);
  if (version.isDeleteMarker) {
    if (source.versionId === undefined) throw missingObject(context, bucket, source);
    throw invalidRequest(
      "The source of a copy request may not specifically refer to a delete marker by version id.",
    );
  }
  const conditions = {
    ifMatch: input.CopySourceIfMatch,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifModifiedSince: input.CopySourceIfModifiedSince,
    ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  const failed = failedCondition(version, conditions, context.nowEpochMs);
  if (failed !== undefined) throw preconditionFailed(`x-amz-copy-source-${failed}`);
  if (isArchived(version, context.nowEpochMs)) throw invalidCopySourceState(version.storageClass);
  decryptForRead(context, bucket, version, {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  });
  return { bucket, version, source };
}
