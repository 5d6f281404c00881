import type {
  _Object,
  ChecksumAlgorithm,
  CommonPrefix,
  ObjectStorageClass,
  Owner,
} from "@aws-sdk/client-s3";
import type { AccessNeed } from "../../../authorization/model";
import type { RequestContext } from "../../../world/operation";
import { bucketNeed } from "../access/access";
import { requestKeys } from "../access/object-access";
import { objectOwnerId, ownerOf } from "../acl/acl";
import { algorithmOf } from "../object/object-checksums";
import type { Bucket, ObjectVersion } from "../store/model";
import { required } from "../object/object-request";

/** What the listings have in common: the right to list, and how an entry looks. */

/** `s3:ListBucket` and its like, with the keys that home-folder policies ask for. */
export function listNeeds(
  input: { Bucket?: string; Prefix?: string; Delimiter?: string; MaxKeys?: number },
  context: RequestContext,
  action: "s3:ListBucket" | "s3:ListBucketVersions" | "s3:ListBucketMultipartUploads",
): AccessNeed[] {
  const bucket = context.world.s3.bucket(required(input.Bucket));
  return [
    bucketNeed(context, bucket, action, {
      "s3:prefix": input.Prefix,
      "s3:delimiter": input.Delimiter,
      "s3:max-keys": input.MaxKeys === undefined ? undefined : String(input.MaxKeys),
      ...requestKeys(context, bucket),
    }),
  ];
}

/**
 * The members of an entry that all listings of versions show. Written in one piece, without spreading, which made a page of
 * 1,000 cost three times as much.
 */
export function entryOf(
  version: ObjectVersion,
  encode: (key: string) => string,
  owner: Owner | undefined,
): _Object {
  const algorithm = algorithmOf(version.checksums);
  return {
    Key: encode(version.key),
    LastModified: new Date(version.lastModifiedEpochMs),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: algorithm === undefined ? undefined : [algorithm as ChecksumAlgorithm],
    ChecksumType: algorithm === undefined ? undefined : version.checksumType,
    Size: version.sizeBytes,
    StorageClass: version.storageClass as ObjectStorageClass,
    Owner: owner,
  };
}

/** A listing of objects tells where the bucket is, as HeadBucket does (recorded of the second version). */
export function tellBucketRegion({ response }: RequestContext, { region }: Bucket): void {
  response.headers["x-amz-bucket-region"] = region;
}

/** The owner of an entry. */
export function entryOwner(
  context: RequestContext,
  bucket: Bucket,
  version: ObjectVersion,
): { ID: string } {
  return ownerOf(context.world, objectOwnerId(bucket, version));
}

/** `CommonPrefixes` of an answer; absent when there are none. */
export function prefixesOf(
  commonPrefixes: readonly string[],
  encode: (key: string) => string,
): CommonPrefix[] | undefined {
  if (commonPrefixes.length === 0) return undefined;
  return commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) }));
}

/** An empty delimiter, and the like, is not echoed (recorded). */
export function unlessEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** Encodes a member that may be absent. */
export function encoded(
  value: string | undefined,
  encode: (key: string) => string,
): string | undefined {
  return value === undefined ? undefined : encode(value);
}
