/** Reads of a source bucket what only the doctor asks for. Nothing is changed. */

import {
  GetBucketReplicationCommand,
  ListObjectVersionsCommand,
  type ReplicationConfiguration,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ask, orElse } from "../../guard/ask";
import type { Fact } from "../../guard/facts";
import type { ArchivedVersions } from "../checks/source";

/** A bucket, and who reads it. */
export interface BucketReader {
  readonly bucket: string;
  readonly accountId: string;
  readonly s3: S3Client;
  readonly signal: AbortSignal;
}

/** The replication configuration; undefined without one. */
export function readReplication(
  reader: BucketReader,
): Promise<Fact<ReplicationConfiguration | undefined>> {
  const { accountId, bucket, s3, signal } = reader;
  return ask(
    "s3:GetReplicationConfiguration",
    ["ReplicationConfigurationNotFoundError", "NoSuchBucket"],
    async () => {
      const command = new GetBucketReplicationCommand({
        Bucket: bucket,
        ExpectedBucketOwner: accountId,
      });
      return (await s3.send(command, { abortSignal: signal })).ReplicationConfiguration;
    },
  );
}

/** Whether any key begins with a prefix. */
export async function readHasKeys(reader: BucketReader, prefix: string): Promise<Fact<boolean>> {
  const found = await ask("s3:ListBucketVersions", "NoSuchBucket", async () => {
    const { DeleteMarkers = [], Versions = [] } = await list(reader, {
      Prefix: prefix,
      MaxKeys: 1,
    });
    return Versions.length + DeleteMarkers.length > 0;
  });
  return orElse(found, false);
}

/** As many pages are looked at: what is archived is told by example, not counted to the end. */
const PAGES = 5;

const ARCHIVED_CLASSES = new Set<string | undefined>(["GLACIER", "DEEP_ARCHIVE"]);

/** Versions in an archive class among the first ones. */
export async function readArchived(reader: BucketReader): Promise<Fact<ArchivedVersions>> {
  const found = await ask("s3:ListBucketVersions", "NoSuchBucket", async () => {
    const archived: string[] = [];
    let seenCount = 0;
    let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (let page = 1; ; page++) {
      const answer = await list(reader, from);
      const versions = answer.Versions ?? [];
      seenCount += versions.length;
      archived.push(
        ...versions.flatMap(({ Key, StorageClass }) =>
          ARCHIVED_CLASSES.has(StorageClass) ? [Key ?? ""] : [],
        ),
      );
      from = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
      const hasMore = answer.IsTruncated === true;
      if (hasMore && page < PAGES) continue;
      const [exampleKey] = archived;
      return {
        archivedCount: archived.length,
        seenCount,
        hasMore,
        ...(exampleKey === undefined ? {} : { exampleKey }),
      };
    }
  });
  return orElse(found, { archivedCount: 0, seenCount: 0, hasMore: false });
}

function list(
  { accountId, bucket, s3, signal }: BucketReader,
  input: {
    Prefix?: string;
    MaxKeys?: number;
    KeyMarker?: string | undefined;
    VersionIdMarker?: string | undefined;
  },
) {
  const command = new ListObjectVersionsCommand({
    Bucket: bucket,
    ExpectedBucketOwner: accountId,
    ...input,
  });
  return s3.send(command, { abortSignal: signal });
}
