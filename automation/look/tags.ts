import { GetObjectTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Tags } from "../judge/facts";
import { unreadable, type Unreadable } from "./version-head";

/** The tags of one version, or why they cannot be read. */
export async function findTags(
  s3: S3Client,
  bucket: string,
  version: { readonly key: string; readonly versionId: string },
  signal?: AbortSignal,
): Promise<Tags | Unreadable> {
  try {
    const output = await s3.send(
      new GetObjectTaggingCommand({
        Bucket: bucket,
        Key: version.key,
        VersionId: version.versionId,
      }),
      { abortSignal: signal },
    );
    const tags = output.TagSet ?? [];
    return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
  } catch (error) {
    return unreadable(error);
  }
}
