import {
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { awsFailure } from "../errors";
import type { SourceSettings } from "../judge/drift";
import { unreadable } from "./version-head";

/** Reads what the source bucket says of replication and versioning, to be held against the promise. */
export async function readSourceSettings(
  s3: S3Client,
  bucket: string,
  signal?: AbortSignal,
): Promise<SourceSettings> {
  const [replication, versioning] = await Promise.all([
    s3
      .send(new GetBucketReplicationCommand({ Bucket: bucket }), { abortSignal: signal })
      .then(({ ReplicationConfiguration }) => ReplicationConfiguration)
      .catch((error: unknown) =>
        awsFailure(error)?.code === "ReplicationConfigurationNotFoundError"
          ? undefined
          : asFinding(error),
      ),
    s3
      .send(new GetBucketVersioningCommand({ Bucket: bucket }), { abortSignal: signal })
      .then(({ Status }) => Status)
      .catch(asFinding),
  ]);
  return { replication, versioning };
}

/** @throws the error when it says that nothing of the bucket can be read */
function asFinding(error: unknown): { readonly unreadable: string } {
  if (awsFailure(error)?.httpStatus === 404) throw error;
  return { unreadable: unreadable(error).cause };
}
