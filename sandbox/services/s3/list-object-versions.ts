import type {
  DeleteMarkerEntry,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  ObjectVersion as VersionEntry,
} from "@aws-sdk/client-s3";
import type { Operation } from "../../operation";
import { invalidArgument } from "./errors";
import { encoded, entryOf, entryOwner, listNeeds, prefixesOf } from "./list-entries";
import { listPage } from "./listing";
import type { ObjectVersion } from "./model";
import { keyEncoder, pageSize, required } from "./object-request";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions: Operation<ListObjectVersionsRequest, ListObjectVersionsOutput> = {
  access: (input, context) => listNeeds(input, context, "s3:ListBucketVersions"),

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const encode = keyEncoder(input.EncodingType);
    const maxKeys = pageSize("maxKeys", input.MaxKeys);
    const keyMarker = input.KeyMarker ?? "";
    const versionIdMarker = checkedMarker(keyMarker, input.VersionIdMarker);
    const page = listPage(
      bucket.objects,
      {
        prefix: input.Prefix ?? "",
        delimiter: input.Delimiter ?? "",
        maxEntries: maxKeys,
        afterKey: keyMarker === "" ? undefined : keyMarker,
      },
      "versions",
      (versions) => versionsAfter(versions, versionIdMarker),
    );
    const versions: VersionEntry[] = [];
    const markers: DeleteMarkerEntry[] = [];
    for (const { version, isLatest } of page.versions) {
      const facts = {
        VersionId: version.versionId,
        IsLatest: isLatest,
        Owner: entryOwner(context, bucket, version),
      };
      if (version.isDeleteMarker) {
        markers.push({
          Key: encode(version.key),
          LastModified: new Date(version.lastModifiedEpochMs),
          ...facts,
        });
      } else {
        versions.push({ ...(entryOf(version, encode) as VersionEntry), ...facts });
      }
    }
    return {
      IsTruncated: page.last !== undefined,
      KeyMarker: encode(keyMarker),
      VersionIdMarker: input.VersionIdMarker ?? "",
      NextKeyMarker: encoded(page.last?.key, encode),
      NextVersionIdMarker: page.last?.versionId,
      Versions: versions,
      DeleteMarkers: markers,
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ""),
      Delimiter: encoded(input.Delimiter, encode),
      MaxKeys: maxKeys,
      CommonPrefixes: prefixesOf(page.commonPrefixes, encode),
      EncodingType: input.EncodingType,
    };
  },
};

/** @throws AwsError InvalidArgument */
function checkedMarker(keyMarker: string, versionIdMarker: string | undefined): string | undefined {
  if (versionIdMarker === undefined) return undefined;
  if (keyMarker === "") {
    throw invalidArgument(
      "version-id-marker",
      versionIdMarker,
      "A version-id marker cannot be specified without a key marker.",
    );
  }
  if (versionIdMarker === "") {
    throw invalidArgument("version-id-marker", "", "A version-id marker cannot be empty.");
  }
  return versionIdMarker;
}

/**
 * What comes after the marker among the versions of its key. A program that empties a bucket page by page has deleted
 * the marker and what came before it, so then all that is left is still to come.
 */
function versionsAfter(
  versions: readonly ObjectVersion[],
  versionIdMarker: string | undefined,
): readonly ObjectVersion[] {
  if (versionIdMarker === undefined) return [];
  const place = versions.findIndex((version) => version.versionId === versionIdMarker);
  return versions.slice(place + 1);
}
