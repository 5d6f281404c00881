import type {
  DeleteMarkerEntry,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  ObjectVersion as VersionEntry,
} from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { MIXED_ITEMS, type MixedItems } from "../../../protocols/xml-encode";
import { invalidArgument } from "../errors";
import { encoded, entryOf, entryOwner, listNeeds, prefixesOf, unlessEmpty } from "./list-entries";
import { listPage } from "./listing";
import type { ObjectVersion } from "../store/model";
import { keyEncoder, pageSize, required } from "../object/object-request";
import { isVersionId } from "../store/version-id";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions: Operation<
  ListObjectVersionsRequest,
  ListObjectVersionsOutput & { readonly [MIXED_ITEMS]: MixedItems }
> = {
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
    // Versions and markers follow each other in one order (API, the sample response), which clients like minio-go show.
    const items: [string, VersionEntry | DeleteMarkerEntry][] = [];
    for (const { version, isLatest } of page.versions) {
      const owner = entryOwner(context, bucket, version);
      if (version.isDeleteMarker) {
        const marker = {
          Key: encode(version.key),
          LastModified: new Date(version.lastModifiedEpochMs),
          VersionId: version.versionId,
          IsLatest: isLatest,
          Owner: owner,
        };
        markers.push(marker);
        items.push(["DeleteMarkers", marker]);
      } else {
        const entry = entryOf(version, encode, owner) as VersionEntry;
        entry.VersionId = version.versionId;
        entry.IsLatest = isLatest;
        versions.push(entry);
        items.push(["Versions", entry]);
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
      [MIXED_ITEMS]: { lists: ["Versions", "DeleteMarkers"], items },
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ""),
      Delimiter: encoded(unlessEmpty(input.Delimiter), encode),
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
  if (!isVersionId(versionIdMarker)) {
    throw invalidArgument("version-id-marker", versionIdMarker, "Invalid version id specified");
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
