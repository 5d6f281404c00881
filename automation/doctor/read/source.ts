/** Reads of a source bucket what only the doctor asks for. Nothing is changed. */

import {
  GetBucketReplicationCommand,
  type IntelligentTieringConfiguration,
  ListBucketIntelligentTieringConfigurationsCommand,
  type ReplicationConfiguration,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ask, orElse } from "../../guard/ask";
import type { Fact } from "../../guard/facts";
import { ARCHIVED_CLASSES } from "../../judge/archived";
import { listVersions } from "../../proof/source-versions";
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
    const first = await versionsOf(reader, prefix).next();
    return first.done !== true;
  });
  return orElse(found, false);
}

/** As many versions and delete markers are looked at: what is archived is told by example, not counted to the end. */
const LOOKED_AT = 5_000;

/** Versions in an archive class among the first ones. */
export async function readArchived(reader: BucketReader): Promise<Fact<ArchivedVersions>> {
  const found = await ask("s3:ListBucketVersions", "NoSuchBucket", async () => {
    const archived: string[] = [];
    let listedCount = 0;
    let seenCount = 0;
    let hasMore = false;
    for await (const { isDeleteMarker, key, storageClass } of versionsOf(reader)) {
      if (listedCount === LOOKED_AT) {
        hasMore = true;
        break;
      }
      listedCount++;
      if (isDeleteMarker) continue;
      seenCount++;
      if (ARCHIVED_CLASSES.has(storageClass)) archived.push(key);
    }
    const [exampleKey] = archived;
    return {
      archivedCount: archived.length,
      seenCount,
      hasMore,
      ...(exampleKey === undefined ? {} : { exampleKey }),
    };
  });
  return orElse(found, { archivedCount: 0, seenCount: 0, hasMore: false });
}

/** Configurations by which Intelligent-Tiering moves objects on into its own archive tiers. */
export async function readArchiveTiers(
  reader: BucketReader,
): Promise<Fact<readonly IntelligentTieringConfiguration[]>> {
  const { accountId, bucket, s3, signal } = reader;
  const found = await ask("s3:GetIntelligentTieringConfiguration", "NoSuchBucket", async () => {
    const configurations: IntelligentTieringConfiguration[] = [];
    let next: string | undefined;
    do {
      const command = new ListBucketIntelligentTieringConfigurationsCommand({
        Bucket: bucket,
        ExpectedBucketOwner: accountId,
        ContinuationToken: next,
      });
      const page = await s3.send(command, { abortSignal: signal });
      configurations.push(...(page.IntelligentTieringConfigurationList ?? []));
      next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (next !== undefined);
    return configurations;
  });
  return orElse(found, []);
}

function versionsOf({ bucket, s3, signal }: BucketReader, prefix?: string) {
  return listVersions(s3, bucket, signal, prefix);
}
