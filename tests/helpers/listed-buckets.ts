/** Buckets that can only be listed, in pages, as S3 answers ListObjectVersions. */

import type { S3Client } from "@aws-sdk/client-s3";

/** A version as a test writes it down. */
export interface Entry {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker?: boolean;
  readonly ownerId?: string;
}

export interface ListedBucket {
  /** In the order in which they are listed. */
  readonly entries: readonly Entry[];
  readonly pageSize?: number;
  /** The page after so many is refused. */
  readonly pagesCount?: number;
  readonly ownerId?: string;
}

/** A client of one such bucket. */
export function listedBucket({
  entries,
  ownerId = "owner",
  pageSize = 2,
  pagesCount = Infinity,
}: ListedBucket): S3Client {
  let pages = 0;
  const page = (start: number) => {
    if (pages++ >= pagesCount) throw refused();
    const found = entries.slice(start, start + pageSize);
    const asListed = ({ key, ownerId: owner = ownerId, versionId }: Entry) => ({
      Key: encodeURIComponent(key),
      VersionId: versionId,
      Owner: { ID: owner },
    });
    const next = start + pageSize;
    return {
      EncodingType: "url",
      Versions: found.filter(({ isMarker }) => isMarker !== true).map(asListed),
      DeleteMarkers: found
        .filter(({ isMarker }) => isMarker === true)
        .map((entry) => ({ ...asListed(entry), LastModified: new Date(1) })),
      IsTruncated: next < entries.length,
      // A marker only has to be known to whoever gave it.
      NextKeyMarker: String(next),
      NextVersionIdMarker: "v",
    };
  };
  const send = (command: { constructor: { name: string }; input: { KeyMarker?: string } }) => {
    switch (command.constructor.name) {
      case "ListObjectVersionsCommand":
        return Promise.resolve().then(() => page(Number(command.input.KeyMarker ?? 0)));
      case "GetBucketAclCommand":
        return Promise.resolve({ Owner: { ID: ownerId } });
      default:
        return Promise.reject(new Error(`Nobody answers ${command.constructor.name}.`));
    }
  };
  return { send } as unknown as S3Client;
}

/** What S3 answers who may not. */
export function refused(): Error {
  return Object.assign(new Error("Access Denied"), {
    name: "AccessDenied",
    $fault: "client",
    $metadata: { httpStatusCode: 403 },
  });
}
