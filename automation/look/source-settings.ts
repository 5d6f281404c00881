import {
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { SourceOutputs } from "../../components/promise/outputs";
import { awsFailure } from "../errors";
import { readInventory } from "../inventory/read-inventory";
import type { SourceSettings } from "../judge/drift";
import { unreadable } from "./version-head";

/** Reads what the source bucket says of replication and versioning, to be held against the promise. */
export async function readSourceSettings(
  s3: S3Client,
  source: Pick<SourceOutputs, "accountId" | "bucketName" | "inventory">,
  signal?: AbortSignal,
): Promise<SourceSettings> {
  const { accountId, bucketName: bucket, inventory: deployed } = source;
  const [replication, versioning, inventory] = await Promise.all([
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
    deployed && readInventory({ accountId, bucket, id: deployed.id }, s3, signal),
  ]);
  return {
    replication,
    versioning,
    ...(inventory && { inventory: "unreadable" in inventory ? inventory : inventory.value }),
  };
}

/** @throws the error when it says that nothing of the bucket can be read */
function asFinding(error: unknown): { readonly unreadable: string } {
  if (awsFailure(error)?.httpStatus === 404) throw error;
  return { unreadable: unreadable(error).cause };
}
