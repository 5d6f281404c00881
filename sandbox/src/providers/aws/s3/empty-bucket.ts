import {
  DeleteObjectsCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { send, unlessAbsent } from "../../send";

/**
 * Deletes every version of a bucket, as `forceDestroy` asks. With Object Lock it bypasses governance; what compliance
 * or a legal hold keeps is told by key.
 * @throws Error with the first versions that could not be deleted
 */
export async function emptyBucket(bucket: string, s3: S3Client): Promise<void> {
  const lock = await unlessAbsent(
    send(s3, new GetObjectLockConfigurationCommand({ Bucket: bucket })),
    "ObjectLockConfigurationNotFoundError",
  );
  let next: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await send(
      s3,
      new ListObjectVersionsCommand({ Bucket: bucket, ...next }),
    );
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    if (found.length > 0) {
      const { Errors: refused = [] } = await send(
        s3,
        new DeleteObjectsCommand({
          Bucket: bucket,
          BypassGovernanceRetention: lock === undefined ? undefined : true,
          Delete: {
            Quiet: true,
            Objects: found.map((each) => ({ Key: each.Key, VersionId: each.VersionId })),
          },
        }),
      );
      if (refused.length > 0) {
        const shown = refused
          .slice(0, 3)
          .map((each) => `${each.Key} (${each.VersionId}): ${each.Code}: ${each.Message}`);
        throw new Error(`${refused.length} versions could not be deleted: ${shown.join("; ")}`);
      }
    }
    next = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
}
